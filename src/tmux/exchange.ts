import { encodeMessage, int32, maxBodyBytes, messageTypes, type Message } from './protocol-messages.ts';

/** How one command to a server ended. */
export type ExchangeEnd =
  | { readonly kind: 'answered'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  /** The server asked for something that no command of this program needs. The request was refused. */
  | { readonly kind: 'refused'; readonly words: string }
  /** The message belongs to no known protocol. */
  | { readonly kind: 'not-understood'; readonly what: string };

export interface ExchangeStep<End = ExchangeEnd> {
  /** The messages to send to the server. */
  readonly replies: readonly Buffer[];
  /** What the server printed to standard output with this message. */
  readonly printed?: Buffer;
  /** null until the answer is complete. */
  readonly end: End | null;
}

/**
 * The client's side of one command, message by message; `input` is the text that the server gets when it reads standard
 * input.
 *
 * The server belongs to a user. It may write to the two output streams and read the input once. Requests to open a
 * file, run a program or lock a terminal are refused. The caller limits the bytes and the time.
 */
export function openExchange(input: string | null): (message: Message) => ExchangeStep {
  const outputs = new Map<number, Buffer[]>();
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let unread = input;

  return ({ type, body }) => {
    switch (type) {
      case messageTypes.version:
        return ended({ kind: 'not-understood', what: 'it asks for another version of the protocol' });
      case messageTypes.ready:
      case messageTypes.flags:
      case messageTypes.readCancel:
      case messageTypes.writeClose:
      case messageTypes.exited:
        return waiting();
      case messageTypes.writeOpen: {
        const [stream, descriptor] = [intAt(body, 0), intAt(body, 4)];
        if (stream === null || descriptor === null) return misfit();
        if (descriptor !== 1 && descriptor !== 2) return refused('to write a file');
        outputs.set(stream, descriptor === 1 ? stdout : stderr);
        return waiting(encodeMessage(messageTypes.writeReady, int32(stream), int32(0)));
      }
      case messageTypes.write: {
        const output = outputs.get(intAt(body, 0) ?? Number.NaN);
        if (output === undefined) return misfit();
        // Copied, because the message shares its memory with the stream, which goes on.
        const written = Buffer.from(body.subarray(4));
        output.push(written);
        return output === stdout ? { ...waiting(), printed: written } : waiting();
      }
      case messageTypes.readOpen: {
        const [stream, descriptor] = [intAt(body, 0), intAt(body, 4)];
        if (stream === null || descriptor === null) return misfit();
        if (descriptor !== 0 || unread === null) return refused('to read a file');
        const given = unread;
        unread = null;
        return { replies: readingMessages(stream, given), end: null };
      }
      case messageTypes.exit: {
        const exitCode = body.length === 0 ? 0 : intAt(body, 0);
        if (exitCode === null) return misfit();
        return answered(exitCode, textAt(body, 4));
      }
      case messageTypes.shutdown:
        return answered(1, 'server exited');
      case messageTypes.shell:
      case messageTypes.exec:
        return refused('to run a program');
      default:
        return refused(`something that none of its commands needs (message ${type})`);
    }
  };

  function answered(exitCode: number, words: string): ExchangeStep {
    const said = words === '' ? text(stderr) : `${text(stderr)}${words}\n`;
    return {
      // A server that is told to end waits until each client has acknowledged it (3.3a).
      replies: [encodeMessage(messageTypes.exiting)],
      end: { kind: 'answered', exitCode, stdout: text(stdout), stderr: said },
    };
  }
}

function readingMessages(stream: number, input: string): readonly Buffer[] {
  const bytes = Buffer.from(input, 'utf8');
  const size = maxBodyBytes - 4;
  const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    encodeMessage(messageTypes.read, int32(stream), bytes.subarray(at * size, (at + 1) * size)),
  );
  return [...parts, encodeMessage(messageTypes.readDone, int32(stream), int32(0))];
}

function waiting(...replies: readonly Buffer[]): ExchangeStep {
  return { replies, end: null };
}

function ended(end: ExchangeEnd): ExchangeStep {
  return { replies: [], end };
}

function refused(what: string): ExchangeStep {
  return ended({ kind: 'refused', words: `the server asked its client ${what}, which was refused` });
}

function misfit(): ExchangeStep {
  return ended({ kind: 'not-understood', what: 'a message does not fit' });
}

function intAt(body: Buffer, at: number): number | null {
  return body.length >= at + 4 ? body.readInt32LE(at) : null;
}

function textAt(body: Buffer, at: number): string {
  const [words = ''] = body.toString('utf8', at).split('\0', 1);
  return words;
}

function text(parts: readonly Buffer[]): string {
  return Buffer.concat(parts).toString('utf8');
}
