/**
 * A stand-in for Claude Code in the demo, as far as its conversation goes: it keeps a transcript where that does, and takes
 * the arguments by which that starts and resumes. It calls no network.
 */
export const agentStandIn = String.raw`#!/bin/bash
case $1 in --resume | --session-id) ;; *) exit 64 ;; esac
transcripts=$HOME/.claude/projects/$(printf %s "$PWD" | tr -c a-zA-Z0-9 -)
mkdir -p "$transcripts"
printf '{"type":"user","sessionId":"%s","cwd":"%s"}\n' "$2" "$PWD" >>"$transcripts/$2.jsonl"
echo "conversation $2, $(wc -l <"$transcripts/$2.jsonl") messages"
while read -r line; do [[ $line == exit ]] && exit 0; done
`;
