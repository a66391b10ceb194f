import { spawn } from 'node:child_process';
import { expect, onTestFinished } from 'vitest';
import { commandLineWord, literalFormat } from '../../src/tmux/tmux-text.ts';
import type { AgentBox } from './agent-box.ts';
import { waitUntil } from './private-tmux.ts';
import { differences, wiringOf, type Difference, type Wiring } from './wiring.ts';

/** A word of a tmux command that stands for itself. */
export function word(value: string): string {
  return commandLineWord(literalFormat(value));
}

/** Values that must come back byte for byte: each means something else to some parser on the way. */
export const trickyValues: readonly (readonly [string, string])[] = [
  ['@title', 'a user’s own ☕'],
  ['@empty', ''],
  ['@quotes', `it's "quoted" \`twice\``],
  ['@lines', 'one\ntwo=3\n\tend\n'],
  ['@escapes', '\u001B[31mred\u001B[0m \\033 \\n \\\\'],
  ['@format', '#{host} #(id) ##[x] %H $HOME ${HOME} ~'],
  ['@ends', 'in a semicolon;'],
  ['@dash', '-r'],
  ['@tilde', '~'],
  ['@spaces', '  two  '],
];

export function variable(option: string): string {
  return option.slice(1).toUpperCase();
}

export function placeIn({ box }: AgentBox): (name: string) => string {
  return (name) => box.directory(`at/${name}`);
}

/** A session with a window of each index, which is called so where a name is given. */
export function windowsIn(
  box: AgentBox,
  session: string,
  windows: readonly (readonly [number, string | null])[],
): void {
  const { tmux } = box.box;
  for (const [at, [index, name]] of windows.entries()) {
    const cwd = box.box.directory(`at/${session}-${index}`);
    const named = name === null ? [] : ['-n', name];
    if (at > 0) tmux('new-window', '-d', '-t', `=${session}:${index}`, '-c', cwd, ...named);
    else {
      tmux('new-session', '-d', '-s', session, '-x', '200', '-y', '50', '-c', cwd, ...named);
      if (index !== 0) tmux('move-window', '-s', `=${session}:0`, '-t', `=${session}:${index}`);
    }
  }
}

export function splitsIn(box: AgentBox, session: string, layout: string, panes: number): void {
  windowsIn(box, session, [[0, null]]);
  for (let at = 1; at < panes; at += 1) {
    box.box.tmux('split-window', '-t', `=${session}:0`, '-c', box.box.directory(`at/${session}-${at}`));
    box.box.tmux('select-layout', '-t', `=${session}:0`, layout);
  }
  box.box.tmux('resize-pane', '-t', `=${session}:0.0`, '-x', '37');
}

/** Types what a person would into the shell of a pane, and speaks to the agent so that there is something to resume. */
export function agentIn({ box, fake }: AgentBox, pane: string, id: string, args = ''): void {
  const shows = (words: string): void =>
    waitUntil(() => box.tmux('capture-pane', '-p', '-J', '-t', pane).includes(words), `"${words}" in ${pane}`);
  box.tmux('send-keys', '-t', pane, `${fake.command} --session-id ${id} ${args}`, 'Enter');
  shows('ready');
  box.tmux('send-keys', '-t', pane, `words for ${id}`, 'Enter');
  shows(`you said: words for ${id}`);
}

/** Saves, kills, applies; waits until nothing differs, or fails when it has had its time. */
export async function crash(box: AgentBox): Promise<readonly Difference[]> {
  // A pane is in the server's own directory, /, until its process has changed to its own.
  await expect.poll(() => placesOf(read(box))).not.toContain('/');
  const before = read(box);
  box.save();
  expect(read(box)).toEqual(before);
  box.kill();
  const applied = box.apply();
  expect(applied).toEqual({ exitCode: 0, stdout: expect.not.stringContaining(' not '), stderr: '' });
  const found = (): readonly Difference[] => differences(before, read(box));
  await expect.poll(() => found()).toEqual([]);
  return found();
}

/** Closes sessions, names them to be restored, and waits until nothing differs. Their server lives on. */
export async function closeAndNameAgain(box: AgentBox, ...names: readonly string[]): Promise<void> {
  box.save();
  const before = read(box);
  for (const name of names) box.box.tmux('kill-session', '-t', `=${name}`);
  box.save();
  const applied = box.box.persist('apply', ...names.flatMap((name) => ['--session', name]));
  expect(applied).toEqual({ exitCode: 0, stdout: expect.stringContaining(`${names.length} created`), stderr: '' });
  await expect.poll(() => differences(before, read(box))).toEqual([]);
}

export function read(box: AgentBox): Wiring {
  return wiringOf(box.box, box.alive());
}

function placesOf(wiring: Wiring): readonly string[] {
  return [...wiring.values()].flatMap(({ kind, value }) => (kind === 'directory' ? [value] : []));
}

/** Sessions with everything in them that tmux wires, but for agents: whatever is added to the wiring is added here. */
export function everythingIn(box: AgentBox): void {
  const { tmux } = box.box;
  const place = placeIn(box);
  windowsIn(box, 'work', [
    [0, 'one'],
    [3, null],
    [7, 'three: a.b'],
  ]);
  for (const window of [7, 3, 0]) tmux('select-window', '-t', `=work:${window}`);
  for (const at of [1, 2]) tmux('split-window', '-t', '=work:0', '-c', place(`split-${at}`));
  tmux('select-pane', '-T', 'a #{title} #(id) ünïcode', '-t', '=work:0.1');
  tmux('select-pane', '-t', '=work:0.1');
  tmux('resize-pane', '-Z', '-t', '=work:0.1');
  tmux('set-option', '-t', '=work:', 'status', 'off');
  for (const [name, value] of trickyValues) {
    tmux('set-option', '-t', '=work:', word(name), commandLineWord(value));
    tmux('set-option', '-w', '-t', '=work:3', word(name), commandLineWord(value));
    tmux('set-environment', '-t', '=work:', variable(name), commandLineWord(value));
  }
  tmux('set-option', '-w', '-t', '=work:3', 'synchronize-panes', 'on');
  windowsIn(box, 'linker', [[0, 'own']]);
  tmux('link-window', '-d', '-s', '=work:7', '-t', '=linker:2');
  tmux('select-window', '-t', '=linker:2');
  tmux('new-session', '-d', '-s', 'member', '-t', '=work', '-c', place('member'));
  for (const window of [0, 7, 3]) tmux('select-window', '-t', `=member:${window}`);
  tmux('new-session', '-d', '-s', 'odd', '-x', '61', '-y', '17', '-c', place('odd'));
  tmux('split-window', '-h', '-t', '=odd:', '-c', place('odd-2'));
  tmux('set-option', '-u', '-t', '=odd:', 'default-size');
  tmux('new-session', '-d', '-s', 'many', '-x', '211', '-y', '53', '-c', place('many'));
  for (let at = 1; at < 31; at += 1) {
    tmux('split-window', '-t', '=many:', '-c', place('many'));
    tmux('select-layout', '-t', '=many:', 'tiled');
  }
}

/** A person's terminal of 100 columns and 30 rows, which shows the session until the end of the test. */
export function attach({ box }: AgentBox, session: string): void {
  const line = `stty cols 100 rows 30; exec tmux -S '${box.socketPath}' attach-session -t '=${session}'`;
  const client = spawn('script', ['-qec', line, '/dev/null'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: box.env['PATH'], LANG: 'C.UTF-8', TERM: 'xterm' },
  });
  onTestFinished(() => void client.kill('SIGKILL'));
  waitUntil(() => box.tmux('list-clients', '-F', '#{session_name}').includes(session), `a client of ${session}`);
}
