import type { Point } from './strike-all.ts';
import { isNoise, type TracedCall } from './trace.ts';

/** Deaths at every call from the first effect on: that is when the lock file is opened, or its directory is made. */
export function deathAtEveryCall(calls: readonly TracedCall[]): readonly Point[] {
  return killing(ownCalls(calls).slice(firstEffect(ownCalls(calls))));
}

/** Deaths only where the state on disk, or what runs, is about to change: between two of them nothing differs. */
export function deathAtEveryChange(calls: readonly TracedCall[]): readonly Point[] {
  return killing(ownCalls(calls).filter(isChange));
}

function killing(calls: readonly TracedCall[]): readonly Point[] {
  return calls.map((call) => ({ call, fault: { kind: 'kill' } }));
}

function firstEffect(calls: readonly TracedCall[]): number {
  return calls.findIndex(isChange);
}

/** Without those of Node's loader, which reads its modules in threads of its own. */
export function ownCalls(calls: readonly TracedCall[]): readonly TracedCall[] {
  const start = calls.findIndex(({ place }) => place.includes('/dist/main-'));
  return calls.slice(start).filter((call) => !isNoise(call) && !call.place.includes('/dist/'));
}

function isChange({ syscall, place, line }: TracedCall): boolean {
  if (syscall.startsWith('open')) return line.includes('O_CREAT');
  if (place === 'stdout' || place === 'stderr') return false;
  return /^(mkdir|rename|link|unlink|rmdir|chmod|fchmod|chown|fchown|write|pwrite|fsync|clone|fork|vfork)/.test(syscall);
}
