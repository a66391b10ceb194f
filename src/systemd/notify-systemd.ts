export function notifyWatchdog(): void {}
