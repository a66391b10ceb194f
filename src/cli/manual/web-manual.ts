import type { Command } from '../command.ts';
import { usageOf } from './commands-manual.ts';
import { entry, manualPage, paragraph, section, verbatim } from './roff.ts';

/** tmux-persist-web(8), with the options of the command. */
export function webManual(commands: readonly Command[], version: string): string {
  const ofWeb = commands.filter(({ name }) => name === 'web');
  const purpose = 'a page on which users see their tmux sessions, and bring lost ones back';
  return manualPage({ name: 'tmux-persist-web', number: 8, purpose, version }, [
    ...section('synopsis', ['.B tmux\\-persist web', '[\\fIOPTION\\fR]...']),
    ...section('description', [
      ...paragraph(
        'It runs without any right of root, behind a proxy of this host that says in a header who is logged in. Logins lead to users by the roster, tmux-persist-roster(5). Each user sees their own sessions. A user with persist.admin sees everybody.',
      ),
      ...paragraph('It asks root for everything by the command that web terminals use, for one user at a time.'),
    ]),
    ...section('setting it up', [
      ...paragraph('The proxy here is nginx, which runs as www-data:'),
      ...verbatim([
        'usermod -aG tmux-persist-web www-data && systemctl restart nginx',
        'systemctl enable --now tmux-persist-web.socket',
      ]),
    ]),
    ...section('options', ofWeb.flatMap(usageOf)),
    ...section('files', [
      ...entry('/run/tmux-persist-web.sock', 'Where the proxy connects: for members of the group tmux-persist-web.'),
      ...entry('/run/tmux-persist-ask.sock', "Root's command, for members of the group tmux-restore."),
      ...entry('/etc/default/tmux-persist-web', 'OPTIONS="…" for the service.'),
    ]),
    ...section('see also', ['tmux\\-persist(1), tmux\\-persist\\-roster(5)']),
  ]);
}
