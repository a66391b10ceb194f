import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Context } from './context.ts';
import type { JsonObject } from './read-json.ts';
import { appendRows, lastValue, transcriptPath, type StoredTranscript } from './transcript.ts';

/** A conversation as the running process knows it. */
export interface Conversation {
  readonly id: string;
  readonly path: string;
  readonly title: string | null;
  /** Whether its transcript has been written; until then there is nothing to resume. */
  readonly stored: boolean;
  /** Rows that will be written with the first prompt. */
  readonly waiting: readonly JsonObject[];
  readonly leaf: string | null;
}

export function newConversation(context: Context, id: string, title: string | null): Conversation {
  const waiting = title === null ? [] : [titleRow(id, title)];
  return { id, path: transcriptPath(context, process.cwd(), id), title, stored: false, waiting, leaf: null };
}

/** The conversation that follows a `/clear`: a new one, whose transcript will begin with that command. */
export function clearedConversation(context: Context, previous: Conversation, id: string): Conversation {
  const fresh = newConversation(context, id, previous.title);
  const content =
    '<command-name>/clear</command-name>\n<command-message>clear</command-message>\n<command-args></command-args>';
  const row = messageRow(context, fresh, { type: 'user', message: { role: 'user', content } });
  return { ...fresh, waiting: [...fresh.waiting, row], leaf: String(row['uuid']) };
}

export function resumedConversation({ id, path, rows }: StoredTranscript): Conversation {
  const title = lastValue(rows, 'customTitle');
  return { id, path, title, stored: true, waiting: [], leaf: lastValue(rows, 'uuid') };
}

/** A copy of the history under another id: its first rows are older than its file. */
export function forkedConversation(context: Context, { id: source, rows }: StoredTranscript, id: string): Conversation {
  const waiting = rows.map((row) => ({
    ...row,
    sessionId: id,
    ...(typeof row['uuid'] === 'string' && { forkedFrom: { sessionId: source, messageUuid: row['uuid'] } }),
  }));
  return { ...newConversation(context, id, lastValue(rows, 'customTitle')), waiting, leaf: lastValue(rows, 'uuid') };
}

/** Adds a prompt and its answer; the first one brings the transcript into being. */
export function withPrompt(context: Context, conversation: Conversation, prompt: string, answer: string): Conversation {
  const { id } = conversation;
  const asked = messageRow(context, conversation, { type: 'user', message: { role: 'user', content: prompt } });
  const answered = messageRow(
    context,
    { ...conversation, leaf: String(asked['uuid']) },
    {
      type: 'assistant',
      message: { role: 'assistant', content: [{ type: 'text', text: answer }] },
      requestId: 'req_fake',
    },
  );
  const leaf = String(answered['uuid']);
  const snapshot = { type: 'file-history-snapshot', messageId: asked['uuid'], snapshot: {}, isSnapshotUpdate: false };
  const firstTime = conversation.stored ? [] : [{ type: 'ai-title', aiTitle: prompt.slice(0, 40), sessionId: id }];
  return withRows(context, { ...conversation, leaf }, [
    ...(conversation.stored ? [] : [snapshot]),
    ...conversation.waiting,
    asked,
    answered,
    ...firstTime,
    { type: 'last-prompt', lastPrompt: prompt, leafUuid: leaf, sessionId: id },
  ]);
}

export function withTitle(context: Context, conversation: Conversation, title: string): Conversation {
  const row = titleRow(conversation.id, title);
  if (conversation.stored) return withRows(context, { ...conversation, title }, [row]);
  return { ...conversation, title, waiting: [...conversation.waiting, row] };
}

/** Writes down that the conversation goes on in the directory that the process is in now. */
export function withNewDirectory(context: Context, conversation: Conversation): Conversation {
  if (!conversation.stored) return { ...conversation, path: transcriptPath(context, process.cwd(), conversation.id) };
  return withRows(context, conversation, [
    { type: 'relocated', relocatedCwd: process.cwd(), sessionId: conversation.id, timestamp: new Date().toISOString() },
  ]);
}

/** Writes a transcript that so far was waiting for a prompt. */
export function writtenOut(context: Context, conversation: Conversation): Conversation {
  return withRows(context, conversation, conversation.waiting);
}

/** Writes the transcript of a sub-agent to both places where versions have kept it; returns its name. */
export function writeSubAgent(context: Context, conversation: Conversation): string {
  const agentId = randomUUID().slice(0, 8);
  const row = {
    ...messageRow(context, conversation, { type: 'user', message: { role: 'user', content: 'a task' } }),
    isSidechain: true,
    agentId,
  };
  const name = `agent-${agentId}.jsonl`;
  if (!context.keepsTranscript) return name;
  appendRows(join(conversation.path, '..', name), [row]);
  appendRows(join(conversation.path.replace(/\.jsonl$/, ''), 'subagents', name), [row]);
  return name;
}

function withRows(context: Context, conversation: Conversation, rows: readonly JsonObject[]): Conversation {
  if (!context.keepsTranscript) return conversation;
  appendRows(conversation.path, rows);
  return { ...conversation, stored: true, waiting: [] };
}

function titleRow(sessionId: string, customTitle: string): JsonObject {
  return { type: 'custom-title', customTitle, sessionId };
}

function messageRow(context: Context, { id, leaf }: Conversation, content: JsonObject): JsonObject {
  return {
    parentUuid: leaf,
    isSidechain: false,
    ...content,
    uuid: randomUUID(),
    timestamp: new Date().toISOString(),
    userType: 'external',
    entrypoint: context.entrypoint,
    cwd: process.cwd(),
    sessionId: id,
    version: context.settings.version,
    gitBranch: 'main',
    slug: 'quiet-singing-otter',
  };
}
