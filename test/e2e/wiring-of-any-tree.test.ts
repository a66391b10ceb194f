import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandLineWord } from '../../src/tmux/tmux-text.ts';
import { agentBox, type AgentBox } from '../support/agent-box.ts';
import { crash, word } from '../support/rich-scene.ts';
import { lastingRecord } from '../support/stored-record.ts';

/** Each saves, kills, applies and saves, which takes seconds. `TREE_RUNS` asks for more. */
const runCount = Number(process.env['TREE_RUNS'] ?? 2);

test(
  'any tree of sessions, windows, panes, names and options is the same after a crash, and so is its record',
  async () => {
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        const box = agentBox();
        build(box, tree);
        box.save();
        const before = lastingRecord(box.box);
        await crash(box);
        box.save();
        expect(lastingRecord(box.box)).toEqual(before);
        box.kill();
      }),
      { numRuns: runCount, interruptAfterTimeLimit: runCount * 25_000 },
    );
  },
  runCount * 40_000,
);

interface Tree {
  readonly name: string;
  readonly columns: number;
  readonly rows: number;
  readonly windows: readonly TreeWindow[];
  readonly options: readonly (readonly [string, string])[];
  readonly environment: readonly (readonly [string, string])[];
  /** Indices to select, one after the other. */
  readonly visited: readonly number[];
  readonly link: { readonly from: number; readonly index: number } | null;
  readonly member: { readonly visited: readonly number[] } | null;
}

interface TreeWindow {
  readonly index: number;
  readonly name: string | null;
  readonly panes: number;
  readonly layout: string;
  readonly active: number;
  readonly zoomed: boolean;
  readonly options: readonly (readonly [string, string])[];
}

/** What a person, a plugin or a web terminal may give as a value. tmux keeps no NUL. */
const value = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/\p{Surrogate}|\0/u.test(text)),
  fc.string({ unit: fc.constantFrom(...Array.from('a $\\"\'`#{}();~%\n\t\u001B-=')), maxLength: 12 }),
);
const text = fc.string({
  unit: fc.constantFrom(...Array.from('abc é☕日-_+=@#{}()$%\'" ')),
  minLength: 1,
  maxLength: 10,
});
const name = text.filter((one) => one.trim() !== '' && !/^[=@$%-]/.test(one));
const setting = fc.tuple(fc.stringMatching(/^@[a-z]{2,8}$/), value).filter(([one]) => !/key|token/.test(one));
const variable = fc
  .tuple(fc.stringMatching(/^[A-Z_]{3,8}$/), value)
  .filter(([one]) => !/KEY|TOKEN|^(_|TMUX.*|SHLVL|PWD|OLDPWD)$/.test(one));

const windows = fc
  .uniqueArray(
    fc.record({
      index: fc.integer({ min: 0, max: 30 }),
      name: fc.option(name),
      panes: fc.integer({ min: 1, max: 5 }),
      layout: fc.constantFrom('even-horizontal', 'even-vertical', 'main-horizontal', 'main-vertical', 'tiled'),
      active: fc.nat(),
      zoomed: fc.boolean(),
      options: fc.uniqueArray(setting, { maxLength: 2, selector: ([one]) => one }),
    }),
    { minLength: 1, maxLength: 4, selector: ({ index }) => index },
  )
  .map((all) => all.toSorted((a, b) => a.index - b.index));

const tree = fc.record<Tree>({
  name,
  columns: fc.integer({ min: 120, max: 250 }),
  rows: fc.integer({ min: 45, max: 90 }),
  windows,
  options: fc.uniqueArray(setting, { maxLength: 4, selector: ([one]) => one }),
  environment: fc.uniqueArray(variable, { maxLength: 4, selector: ([one]) => one }),
  visited: fc.array(fc.nat(), { maxLength: 3 }),
  link: fc.option(fc.record({ from: fc.nat(), index: fc.integer({ min: 31, max: 40 }) })),
  member: fc.option(fc.record({ visited: fc.array(fc.nat(), { maxLength: 2 }) })),
});
const trees = fc.uniqueArray(tree, { minLength: 1, maxLength: 3, selector: (one) => one.name });

function build(box: AgentBox, all: readonly Tree[]): void {
  const { tmux, directory } = box.box;
  const ids: string[] = [];
  for (const [at, one] of all.entries()) {
    const size = ['-x', String(one.columns), '-y', String(one.rows)];
    const place = directory(`tree ${at}`);
    const id = tmux(
      'new-session',
      '-d',
      '-P',
      '-F',
      '#{session_id}',
      ...size,
      '-s',
      word(one.name),
      '-c',
      place,
    ).trim();
    ids.push(id);
    for (const [which, window] of one.windows.entries()) buildWindow(box, id, which, window);
    for (const [option, given] of one.options) tmux('set-option', '-t', `${id}:`, option, commandLineWord(given));
    for (const [variableName, given] of one.environment) {
      tmux('set-environment', '-t', `${id}:`, variableName, commandLineWord(given));
    }
    const earlier = ids[(one.link?.from ?? 0) % ids.length];
    if (one.link !== null && earlier !== undefined && earlier !== id) {
      tmux('link-window', '-d', '-s', `${earlier}:^`, '-t', `${id}:${one.link.index}`);
    }
    visit(box, id, one, one.visited);
    if (one.member === null) continue;
    const member = tmux('new-session', '-d', '-P', '-F', '#{session_id}', '-t', id, '-s', `member-${at}`).trim();
    visit(box, member, one, one.member.visited);
  }
}

function buildWindow(box: AgentBox, session: string, which: number, window: TreeWindow): void {
  const { tmux, directory } = box.box;
  const place = `${session}:${window.index}`;
  const cwd = directory(`window ${which}`);
  const named = window.name === null ? [] : ['-n', word(window.name)];
  if (which > 0) tmux('new-window', '-d', '-t', place, '-c', cwd, ...named);
  else {
    if (window.index !== 0) tmux('move-window', '-s', `${session}:0`, '-t', place);
    if (window.name !== null) tmux('rename-window', '-t', place, commandLineWord(window.name));
  }
  for (let at = 1; at < window.panes; at += 1) {
    tmux('split-window', '-t', place, '-c', cwd);
    tmux('select-layout', '-t', place, window.layout);
  }
  tmux('select-pane', '-t', `${place}.${window.active % window.panes}`);
  for (const [option, given] of window.options) tmux('set-option', '-w', '-t', place, option, commandLineWord(given));
  if (window.zoomed) tmux('resize-pane', '-Z', '-t', place);
}

function visit(box: AgentBox, session: string, { windows: own }: Tree, visited: readonly number[]): void {
  for (const at of visited) box.box.tmux('select-window', '-t', `${session}:${own[at % own.length]?.index ?? ''}`);
}
