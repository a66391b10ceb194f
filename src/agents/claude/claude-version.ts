/** Whether a text is a bare version number, as the installed executable is called and as records tell it. */
export function isVersion(text: string): boolean {
  return /^\d{1,6}\.\d{1,6}\.\d{1,6}$/.test(text);
}

/** Compares two version numbers by their parts. */
export function isAtLeast(version: string, least: string): boolean {
  const wanted = least.split('.').map(Number);
  for (const [at, part] of version.split('.').map(Number).entries()) {
    const other = wanted[at] ?? 0;
    if (part !== other) return part > other;
  }
  return true;
}

/** The version that an installation's path names: `…/claude/versions/2.1.329`, or a package directory with a version. */
export function versionInPath(path: string): string | null {
  const match =
    /\/claude\/versions\/(\d{1,6}\.\d{1,6}\.\d{1,6})$/.exec(path) ??
    /\/@anthropic-ai[/+]claude-code@(\d{1,6}\.\d{1,6}\.\d{1,6})(?![\d.])/.exec(path);
  return match?.[1] ?? null;
}
