import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseCommandLine, type CommandLine } from './command-line.ts';
import { contextOf, variable, type Context } from './context.ts';
import { documentedFlags } from './flags.ts';
import { converse } from './interactive.ts';
import { logStart } from './log-start.ts';
import { openingOf } from './opening.ts';
import { printAnswer } from './print-mode.ts';
import type { JsonObject } from './read-json.ts';
import { liveRecords, type LiveRecord } from './registry.ts';
import { ownProgram, readSettings } from './settings.ts';

const program = ownProgram();
const settings = readSettings(program);
logStart(settings, program);
takeName();
const commandLine = parseCommandLine(process.argv.slice(2));
if (typeof commandLine === 'string') end(commandLine, 1);
else if (commandLine.version) end(`${settings.version} (Claude Code)`, 0);
else if (commandLine.help) end(helpText(), 0);
else setTimeout(begin, settings.options.startDelayMs ?? 0, commandLine);

function begin(parsed: CommandLine): void {
  const context = contextOf(program, settings, parsed);
  if (parsed.subcommand !== null) return runSubcommand(context, parsed.subcommand);
  const opening = openingOf(context);
  if (opening.kind === 'refused') return end(opening.words, 1);
  if (context.print) return printAnswer(context, opening);
  converse(context, opening);
}

/** A build that Node runs overwrites its own arguments; a single executable keeps them, and the name of its file. */
function takeName(): void {
  if (settings.packaging === 'npm-node') {
    if (variable('CLAUDE_CODE_DISABLE_TERMINAL_TITLE') === null) process.title = 'claude';
    return;
  }
  // Node 24.21 calls its main thread, and with it the process, MainThread; 20.20 and 22.23 leave the name alone.
  if (!readFileSync('/proc/self/comm', 'utf8').includes('MainThread')) return;
  writeFileSync('/proc/self/comm', basename(process.argv0));
}

/** `agents --json` lists; what a person would stay in, stays; all others end at once. */
function runSubcommand(context: Context, [name = '', ...args]: readonly string[]): void {
  if (name === 'agents' && args.includes('--json')) {
    return end(JSON.stringify(liveRecords(context).map(listed)), 0);
  }
  const stays = ['agents', 'attach', 'daemon'].includes(name) || (name === 'mcp' && args[0] === 'serve');
  if (stays) process.stdin.on('end', () => process.exit(0)).resume();
}

function listed({ pid, fields }: LiveRecord): JsonObject {
  const { cwd, kind, startedAt, sessionId, name, status } = fields;
  return { pid, cwd, kind: kind === 'interactive' ? kind : 'background', startedAt, sessionId, name, status };
}

function end(words: string, exitCode: number): void {
  const stream = exitCode === 0 ? process.stdout : process.stderr;
  stream.write(`${words}\n`);
  process.exitCode = exitCode;
}

function helpText(): string {
  const flags = documentedFlags.map((flag) => `  ${flag}`);
  return ['Usage: claude [options] [command] [prompt]', '', 'Options:', ...flags].join('\n');
}
