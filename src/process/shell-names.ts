const names: ReadonlySet<string> = new Set(
  'ash bash busybox csh dash elvish fish ksh ksh93 mksh nu rbash sh tcsh yash zsh'.split(' '),
);

/** Whether a program of this name is a shell that people work in. */
export function isShellName(name: string): boolean {
  return names.has(name);
}
