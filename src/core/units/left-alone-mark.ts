/**
 * Whether a drop-in asks that its unit be left as it is: `Leave=yes` in a section `[X-TmuxPersist]`. The last setting
 * counts, and the words for yes are those of systemd.syntax(7).
 */
export function leavesAlone(dropIn: string): boolean {
  let section = '';
  let leaves = false;
  for (const line of dropIn.split('\n').map((text) => text.trim())) {
    const heading = /^\[(.*)\]$/.exec(line)?.[1];
    if (heading !== undefined) section = heading;
    else if (section === 'X-TmuxPersist') {
      const value = /^Leave\s*=\s*(.*)$/.exec(line)?.[1];
      if (value !== undefined) leaves = /^(?:yes|y|true|t|on|1)$/i.test(value);
    }
  }
  return leaves;
}
