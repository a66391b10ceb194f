import type { Machine } from './machine.ts';

/** What the program wrote to the journal, without what systemd says of its units. */
export interface JournalEntry {
  /** As syslog counts them: 3 is an error, 4 a warning, 6 an information. */
  readonly priority: number;
  readonly message: string;
}

/** The program's own entries of one of its units since the last boot, oldest first. */
export async function journalOf(machine: Machine, unit: string): Promise<readonly JournalEntry[]> {
  await machine.output(['journalctl', '--sync']);
  const ours = ['SYSLOG_IDENTIFIER=tmux-persist', `--unit=${unit}`];
  const text = await machine.output(['journalctl', '--boot', '--no-pager', '--output=json', ...ours]);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const { PRIORITY, MESSAGE }: { PRIORITY: string; MESSAGE: string } = JSON.parse(line);
      return { priority: Number(PRIORITY), message: MESSAGE };
    });
}

/** What `journalctl -p warning` shows of the program's units since the last boot, systemd's own words left out. */
export async function warningsOf(machine: Machine): Promise<readonly string[]> {
  await machine.output(['journalctl', '--sync']);
  const ours = ['SYSLOG_IDENTIFIER=tmux-persist', '--unit=tmux-persist-*', '--priority=warning'];
  const text = await machine.output(['journalctl', '--boot', '--no-pager', '--output=cat', ...ours]);
  return text.split('\n').slice(0, -1);
}
