import { chmodSync, chownSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sleepingExecutable } from './sleeping-executable.ts';

interface Owner {
  readonly home: string;
  readonly uid: number;
  readonly gid: number;
}

const version = '2.1.329';

/**
 * Puts a stand-in for Claude Code into a home, where the native installer puts the real one. It looks like it from the
 * outside (comm, executable, argument vector, one child, registry record, transcript), and costs nothing while it runs.
 *
 * The test double in test/support behaves like the real one; but it is a Node of 50 MB, and here are hundreds.
 */
export function installAgentStandIn(owner: Owner): void {
  const share = join(owner.home, '.local/share/claude');
  const write = (path: string, content: string | Buffer, mode: number): void => {
    makeDirectories(dirname(path), owner);
    writeFileSync(path, content);
    chmodSync(path, mode);
    chownSync(path, owner.uid, owner.gid);
  };
  write(join(share, 'versions', version), sleepingExecutable(), 0o755);
  write(join(share, 'mcp-server'), sleepingExecutable(), 0o755);
  write(join(share, 'transcript.jsonl'), transcriptTemplate(), 0o644);
  const named = join(share, 'claude');
  symlinkSync(join('versions', version), named);
  lchownSync(named, owner.uid, owner.gid);
  write(join(owner.home, '.local/bin/claude'), startScript, 0o755);
  makeDirectories(join(owner.home, '.claude/sessions'), owner);
  makeDirectories(join(owner.home, '.claude/projects'), owner);
}

/** Makes what is missing of a directory below the home, as the owner's. */
export function makeDirectories(path: string, owner: Owner): void {
  const first = mkdirSync(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) chownSync(made, owner.uid, owner.gid);
}

/** It writes down what 2.1.329 does, keeps its pid while it becomes the sleeper, and uses no other program. */
const startScript = `#!/bin/bash
share=$HOME/.local/share/claude
id=
for word in "$@"; do
  [[ $previous == --resume ]] && id=$word
  previous=$word
done
[[ -n $id ]] || read -r id </proc/sys/kernel/random/uuid
project=$HOME/.claude/projects/\${PWD//[^a-zA-Z0-9]/-}
[[ -d $project ]] || mkdir -p "$project"
if [[ ! -e $project/$id.jsonl ]]; then
  transcript=$(<"$share/transcript.jsonl")
  transcript=\${transcript//SESSION/$id}
  printf '%s\\n' "\${transcript//DIRECTORY/$PWD}" >"$project/$id.jsonl"
fi
read -r stat </proc/$$/stat
fields=(\${stat##*) })
ms=\${EPOCHREALTIME/[.,]/}
ms=\${ms:0:-3}
(
  {
    # The record is written by what it is about: not while this is still a script. Its writer is nobody's child.
    until read -r -d '' name </proc/$$/cmdline && [[ $name == claude ]]; do [[ -e /proc/$$ ]] || exit; done
    printf '{"pid":%s,"sessionId":"%s","cwd":"%s","startedAt":%s,"procStart":"%s","version":"${version}","peerProtocol":1,"kind":"interactive","entrypoint":"cli","status":"idle","updatedAt":%s,"statusUpdatedAt":%s,"pidDomain":"4026531836","peerFeatures":[],"nameSource":"derived"}' \\
      $$ "$id" "$PWD" "$ms" "\${fields[19]}" "$ms" "$ms" >"$HOME/.claude/sessions/$$.json"
  } &
)
CLAUDE_CODE_SESSION_ID=$id "$share/mcp-server" &
exec -a claude "$share/claude" "$@"
`;

/** About 40 KB, as a short conversation has. */
function transcriptTemplate(): string {
  const common = { isSidechain: false, userType: 'external', cwd: 'DIRECTORY', sessionId: 'SESSION', version };
  const rows = Array.from({ length: 60 }, (_, at) => {
    const type = at % 2 === 0 ? 'user' : 'assistant';
    const message = { role: type, content: `${at}: ${'what was said '.repeat(25)}` };
    const timestamp = '2026-11-20T12:00:00.000Z';
    return { parentUuid: null, ...common, entrypoint: 'cli', gitBranch: 'main', type, message, timestamp };
  });
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
