import type { BenchOptions } from '../run/bench-options.ts';
import type { Machine } from './describe-machine.ts';
import { figuresOf, ms, percent, sceneName } from './figures.ts';
import { disturbances } from './quietness.ts';
import { works, type ProgramFacts, type Results, type WorkResult } from './results.ts';
import { table } from './table.ts';
import { median } from '../measure/median.ts';
import { growthOf, targetsText } from './targets.ts';

interface Setting {
  readonly machine: Machine;
  readonly options: BenchOptions;
}

/** The whole report, as Markdown. */
export function reportText(results: Results, setting: Setting): string {
  return [
    '# What tmux-persist costs\n',
    introduction(results, setting),
    '## Targets\n',
    targetsText(results),
    ...works.flatMap((work) => section(work, results)),
    ...watchSection(results.watches),
    '## Growth\n',
    growthText(results),
    '## Memory, processes and system calls\n',
    factsText(results.facts),
    '## Commands\n',
    commandsText(results),
  ].join('\n');
}

function introduction(results: Results, { machine, options }: Setting): string {
  const { cores, processor, memoryGib, system, kernel, node, tmux, strace, load, date } = machine;
  return `Written by \`${commandLine(options)}\` on ${date}; not to be edited.
${busyWarning(disturbances(machine, results))}
- Machine: ${cores} cores (${processor}), ${memoryGib.toFixed(1)} GiB, ${system}, Linux ${kernel}, Node ${node}, ${tmux}, ${strace ?? 'no strace'}. Load of
  the minute before: ${load.toFixed(2)}. \`NODE_EXTRA_CA_CERTS\` is unset.
- A scene of 10 × 20 is ten Unix users with a tmux server of twenty sessions each. In a scene with agents a stand-in for Claude Code 2.1.329 runs in
  every pane, with a child, a registry record and a transcript of 40 KB; that each of its conversations is recorded as \`certain\` is checked before anything is measured.
- CPU is user and system time of the program and of all children that it waited for, wall is its whole run, both as bash's \`time\` tells. tmux servers are
  nobody's children; what they did meanwhile is told beside it.
- The programs take turns, round by round. The figures are medians of ${options.rounds} rounds after one that does not count, the best CPU time in parentheses.
`;
}

function busyWarning(reasons: readonly string[]): string {
  if (reasons.length === 0) return '';
  return `
**The machine was not quiet: ${reasons.join('; ')}. All times are too high, and only ratios of one round compare.**
`;
}

/** Paths are left out: they are those of one machine. */
function commandLine({ predecessor, resurrect, builds, sizes, rounds, full, onlyWatch }: BenchOptions): string {
  const words = [
    ...(predecessor === null ? [] : ['--predecessor FILE']),
    ...(resurrect === null ? [] : ['--resurrect DIR']),
    ...(builds.length > 1 ? ['--against DIR'] : []),
    `--scenes ${sizes.map(({ users, sessions }) => `${users}x${sessions}`).join(',')}`,
    `--rounds ${rounds}`,
    ...(full ? ['--full'] : []),
    ...(onlyWatch ? ['--only-watch'] : []),
  ];
  return ['npm run bench --', ...words].join(' ');
}

function section(work: WorkResult['work'], { works: all }: Results): readonly string[] {
  const results = all.filter((one) => one.work === work);
  if (results.length === 0) return [];
  const rows = results.flatMap(({ scene, measurements }) => {
    const reference = measurements[0] === undefined ? null : figuresOf(measurements[0]);
    return measurements.map((measurement) => {
      const { cpuMs, bestCpuMs, wallMs, serverCpuMs, rounds } = figuresOf(measurement);
      return [
        `${sceneName(scene)}${scene.agents ? '' : ', shells'}`,
        measurement.contestant,
        `${ms(cpuMs)} (${ms(bestCpuMs)})`,
        ms(wallMs),
        serverCpuMs === null ? '–' : ms(serverCpuMs),
        reference === null ? '–' : (cpuMs / reference.cpuMs).toFixed(2),
        String(rounds),
      ];
    });
  });
  const head = ['scene', 'program', 'CPU ms (best)', 'wall ms', 'tmux servers, CPU ms', 'CPU ÷ first row', 'rounds'];
  return [`## ${work[0]?.toUpperCase()}${work.slice(1)}\n`, table(head, rows, { texts: 2 })];
}

function watchSection(watches: Results['watches']): readonly string[] {
  if (watches.length === 0) return [];
  const rows = watches.map(
    ({ scene, idleShare, busyShare, memoryMib, childrenAtRest, newToRecordMs, killToBackMs }) => [
      `${sceneName(scene)}${scene.agents ? '' : ', shells'}`,
      percent(idleShare),
      busyShare === null ? '–' : percent(busyShare),
      memoryMib.toFixed(0),
      String(childrenAtRest),
      ms(median(newToRecordMs)),
      ms(median(killToBackMs)),
    ],
  );
  const head = [
    'scene',
    'CPU at rest',
    'CPU, all panes write',
    'memory, MiB',
    'children',
    'new session to record, ms',
    'killed server to all back, ms',
  ];
  const text = 'CPU is a part of one core over a minute. The time until all is back has the grace of 3 s in it.\n';
  return ['## The watch\n', `${text}\n${table(head, rows, { texts: 1 })}`];
}

function growthText(results: Results): string {
  const rows = works.flatMap((work) => {
    const growth = growthOf(results, work);
    if (growth === null) return [];
    const { factor, exponent, perSessionMs } = growth;
    return [[work, `× ${factor.toFixed(2)}`, exponent.toFixed(2), perSessionMs.toFixed(3)]];
  });
  if (rows.length === 0) return 'Not measured: it takes the scenes 10 × 20 and 20 × 50.\n';
  const head = ['from 10 × 20 to 20 × 50, which is × 5', 'CPU', 'exponent', 'CPU ms per session more'];
  return `An exponent of 1 is linear.\n\n${table(head, rows, { texts: 1 })}`;
}

function factsText(facts: readonly ProgramFacts[]): string {
  const rows = facts.map(({ work, scene, contestant, memory, calls }) => [
    work,
    `${sceneName(scene)}${scene.agents ? '' : ', shells'}`,
    contestant,
    memory === null ? '–' : memory.largestMib.toFixed(0),
    memory === null ? '–' : memory.togetherMib.toFixed(0),
    count(calls?.processes),
    count(calls?.filesOpened),
    count(calls?.systemCalls),
  ]);
  const head = [
    'work',
    'scene',
    'program',
    'largest process, MiB',
    'all at once, MiB',
    'processes',
    'files opened',
    'system calls',
  ];
  return `One run each. Memory is resident memory, looked at all the time; what processes share is counted for each of them. Calls are counted by \`strace -f\`,
children included; a process is what was forked, and the first.

${table(head, rows, { texts: 3 })}`;
}

function count(figure: number | undefined): string {
  return figure === undefined ? '–' : figure.toLocaleString('en');
}

function commandsText({ works: all }: Results): string {
  const measured = new Set(all.flatMap(({ measurements }) => measurements.map(({ contestant }) => contestant)));
  return Object.entries(commands)
    .filter(([contestant]) => measured.has(contestant))
    .map(([contestant, words]) => `- ${contestant}: ${words}\n`)
    .join('');
}

const commands: Readonly<Record<string, string>> = {
  'tmux-persist':
    '`node dist/bin.js save --quiet`, `… plan --no-units`, `… apply --no-units --quiet`, and those named in their rows, with `TMUX_PERSIST_ROSTER` and ' +
    '`TMUX_PERSIST_STATE_DIR` of the scene',
  'other build': 'the same of another directory',
  floor: "`node -e 0`, then for each user `runuser -u U -- tmux -u list-panes -a -F '…'`, one after the other",
  'bare tmux':
    'to bring back, `runuser -u U -- tmux start-server \\; source-file FILE` with a `new-session` line for each session, all users at once',
  'bare Node': '`node -e 0`',
  predecessor:
    '`bash tmux-persist.sh save`, `… restore`, unchanged, in a mount namespace in which `/var/lib/tmux-persist` and `/etc/ttyd-user-map` are those of the scene',
  'tmux-resurrect':
    'for each user, as that user and with `TMUX` set, `scripts/save.sh quiet`, `scripts/restore.sh`, one after the other',
};
