import { dirname } from 'node:path';
import process from 'node:process';
import { shellQuote } from '../core/own-command.ts';
import type { PersonInstallation, PersonPlaces } from '../reconcile/install/person-installation.ts';
import { personUnits } from '../systemd/person-units.ts';
import { version } from './version.ts';

/** What `install --user` would do. `noSystemd` is why this person's own systemd cannot be asked; null when it can. */
export function personPlannedLines(
  { program, command, link, units, manuals }: PersonPlaces,
  nodePath: string,
  noSystemd: string | null,
): readonly string[] {
  return [
    `would put the program, version ${version}, into ${program}`,
    `would let ${command} run it with ${nodePath} (Node ${process.versions.node})`,
    `would let ${link} lead there, and put manual pages into ${manuals}`,
    ...(noSystemd === null
      ? [
          `would put into ${units}, enable and start:`,
          ...personUnits.map(({ name, enabled }) => `  ${name}${enabled ? '' : ', which its timer starts'}`),
        ]
      : [`would install no units: ${noSystemd}`, ...crontabLines(command)]),
  ];
}

/** What `install --user` has done, and what is left to the person. */
export function personInstalledLines(
  { isLinked, manualProblems, units }: PersonInstallation,
  { program, command, link }: PersonPlaces,
  path: string,
): readonly string[] {
  const typed = isLinked ? 'tmux-persist' : shellQuote(command);
  const isOnPath = path.split(':').includes(dirname(link));
  return [
    `installed ${program}, version ${version}`,
    ...(isLinked ? [] : [`${link} is another command, and stays; ours is ${typed}`]),
    ...(isLinked && !isOnPath ? [`${dirname(link)} is not on your PATH: export PATH="$HOME/.local/bin:$PATH"`] : []),
    ...manualProblems,
    ...unitLines(units, command),
    `see: ${typed} status, and man tmux-persist`,
  ];
}

function unitLines(units: PersonInstallation['units'], command: string): readonly string[] {
  if (units.kind === 'no-systemd') {
    return [`no units were installed: ${units.reason}`, ...crontabLines(command)];
  }
  return [
    ...units.kept.map((kept) => `an edited unit is kept as ${kept}`),
    'your sessions are recorded at once, and every five minutes; losses are healed',
    units.lingers
      ? 'they come back at boot'
      : 'they come back at your first login; at boot, too, with: loginctl enable-linger',
  ];
}

/** cron sends a mail of what is printed. */
function crontabLines(command: string): readonly string[] {
  const word = crontabWord(command);
  return [
    'so put these lines into your crontab (crontab -e):',
    `  */5 * * * *  ${word} save --quiet >/dev/null`,
    `  @reboot      ${word} restore --quiet >/dev/null`,
  ];
}

/** For cron a percent sign ends the command, in quotes of the shell, too. It makes one of `\%` (crontab(5)). */
function crontabWord(text: string): string {
  return shellQuote(text).replaceAll('%', String.raw`\%`);
}
