/** How many words a flag takes: with `inline` only what stands behind an equals sign, with `values` all up to the next flag. */
export type Arity = 'none' | 'inline' | 'optional' | 'value' | 'values';

export interface Flag {
  readonly arity: Arity;
  /**
   * `keep`: belongs to how the person works. `name`: the conversation's title. `resume`, `session-id`, `fork`, `continue`:
   * which conversation. `print`: no person converses with it. `drop`: would start something else.
   */
  readonly role: 'keep' | 'name' | 'resume' | 'session-id' | 'fork' | 'continue' | 'print' | 'drop';
}

// As `claude --help` lists them; `npm run test:contract` compares this with the published package.
const kept = {
  none:
    '--dangerously-skip-permissions --allow-dangerously-skip-permissions --restricted --strict-mcp-config --bare ' +
    '--safe-mode --brief --verbose --ide --chrome --no-chrome --disable-slash-commands --ax-screen-reader ' +
    '--exclude-dynamic-system-prompt-sections',
  inline: '--debug',
  optional: '--remote-control',
  value:
    '--model --fallback-model --effort --permission-mode --agent --agents --settings --setting-sources --system-prompt ' +
    '--system-prompt-file --append-system-prompt --append-system-prompt-file --system-prompt-snapshot --plugin-dir ' +
    '--plugin-url --autocompact --debug-file --remote-control-session-name-prefix --advisor',
  values:
    '--add-dir --allowedTools --allowed-tools --disallowedTools --disallowed-tools --tools --mcp-config --betas --channels',
} as const;

const dropped = {
  // The first four have an effect only together with `--print`.
  none: '--include-hook-events --include-partial-messages --no-session-persistence --replay-user-messages --bg',
  inline: '--tmux',
  optional: '--from-pr --teleport --worktree -w --cloud --environment --desktop --handle-uri --prompt-suggestions',
  value: '--json-schema --max-budget-usd',
  values: '--file',
} as const;

const single: readonly (readonly [string, Flag])[] = [
  ['--name', { arity: 'value', role: 'name' }],
  ['-n', { arity: 'value', role: 'name' }],
  ['--resume', { arity: 'optional', role: 'resume' }],
  ['-r', { arity: 'optional', role: 'resume' }],
  ['--session-id', { arity: 'value', role: 'session-id' }],
  ['--fork-session', { arity: 'none', role: 'fork' }],
  ['--continue', { arity: 'none', role: 'continue' }],
  ['-c', { arity: 'none', role: 'continue' }],
  ['--print', { arity: 'none', role: 'print' }],
  ['-p', { arity: 'none', role: 'print' }],
  ['--output-format', { arity: 'value', role: 'print' }],
  ['--input-format', { arity: 'value', role: 'print' }],
  ['--sdk-url', { arity: 'value', role: 'print' }],
  ['--version', { arity: 'none', role: 'print' }],
  ['-v', { arity: 'none', role: 'print' }],
  ['--help', { arity: 'none', role: 'print' }],
  ['-h', { arity: 'none', role: 'print' }],
];

const flags: ReadonlyMap<string, Flag> = new Map([...flagsOf(kept, 'keep'), ...flagsOf(dropped, 'drop'), ...single]);

/** What is known of a flag by its whole name; null for any other, whose number of words nobody can tell. */
export function flagNamed(name: string): Flag | null {
  return flags.get(name) ?? null;
}

function flagsOf(lists: Readonly<Record<Arity, string>>, role: Flag['role']): readonly (readonly [string, Flag])[] {
  const arities: readonly Arity[] = ['none', 'inline', 'optional', 'value', 'values'];
  return arities.flatMap((arity) =>
    lists[arity]
      .split(' ')
      .filter(Boolean)
      .map((name) => [name, { arity, role }] as const),
  );
}
