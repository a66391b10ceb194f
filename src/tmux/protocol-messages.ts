/**
 * A message of tmux's client protocol, version 8, which 3.1c to 3.8 speak. Its header has four 32-bit words (type,
 * length with the header, version, process id) in the byte order of the host. Then comes the body. Source: the traffic
 * of those clients.
 */
export interface Message {
  readonly type: number;
  readonly body: Buffer;
}

export const messageTypes = {
  version: 12,
  identifyFlags: 100,
  identifyTerm: 101,
  identifyTerminal: 102,
  identifyDone: 106,
  identifyClientPid: 107,
  identifyDirectory: 108,
  identifyFeatures: 109,
  identifyLongFlags: 111,
  command: 200,
  exit: 203,
  exited: 204,
  exiting: 205,
  ready: 207,
  shell: 209,
  shutdown: 210,
  exec: 217,
  flags: 218,
  readOpen: 300,
  read: 301,
  readDone: 302,
  writeOpen: 303,
  write: 304,
  writeReady: 305,
  writeClose: 306,
  readCancel: 307,
} as const;

const headerBytes = 16;
/** MAX_IMSGSIZE; a longer message ends a server before 3.6. */
const maxMessageBytes = 16_384;
const protocolVersion = 8;

/** The longest body of one message. */
export const maxBodyBytes = maxMessageBytes - headerBytes;

/** One message of a client. Throws RangeError for a body that no message can hold. */
export function encodeMessage(type: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length > maxBodyBytes) throw new RangeError(`a message of type ${type} cannot hold ${body.length} bytes`);
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(type, 0);
  header.writeUInt32LE(headerBytes + body.length, 4);
  header.writeUInt32LE(protocolVersion, 8);
  header.writeUInt32LE(process.pid, 12);
  return Buffer.concat([header, body]);
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

export function cString(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf8');
}

/**
 * The first messages of a client. A server before 3.6 ends when a part has a wrong size or is missing. So only the
 * process id varies in these bytes.
 *
 * 3.1c knows only the 32-bit flags, 3.5a and later only the 64-bit ones, and 3.3a both. A server ignores types that it
 * does not know. Only CLIENT_UTF8 is set: without it tmux prints tabs as `_`.
 */
export function identification(): Buffer {
  const utf8 = 0x10000;
  const longFlags = Buffer.alloc(8);
  longFlags.writeBigUInt64LE(BigInt(utf8));
  return Buffer.concat([
    encodeMessage(messageTypes.identifyFlags, int32(utf8)),
    encodeMessage(messageTypes.identifyLongFlags, longFlags),
    encodeMessage(messageTypes.identifyTerm, cString('dumb')),
    encodeMessage(messageTypes.identifyFeatures, int32(0)),
    encodeMessage(messageTypes.identifyTerminal, cString('')),
    encodeMessage(messageTypes.identifyDirectory, cString('/')),
    encodeMessage(messageTypes.identifyClientPid, int32(process.pid)),
    encodeMessage(messageTypes.identifyDone),
  ]);
}

/** A command for the server; null when one message cannot hold it, or when a word has a NUL byte. */
export function commandMessage(words: readonly string[]): Buffer | null {
  const body = Buffer.concat([int32(words.length), ...words.map(cString)]);
  if (body.length > maxBodyBytes || words.some((word) => word.includes('\0'))) return null;
  return encodeMessage(messageTypes.command, body);
}

type ReadMessages =
  | { readonly kind: 'messages'; readonly messages: readonly Message[] }
  | { readonly kind: 'misfit'; readonly what: string };

/**
 * Cuts a stream of any chunks into messages. The first invalid one ends it, because the bytes after it have no meaning.
 */
export function messageReader(): (chunk: Buffer) => ReadMessages {
  let pending: Buffer = Buffer.alloc(0);
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const messages: Message[] = [];
    let at = 0;
    while (pending.length - at >= headerBytes) {
      // 3.7 and later mark a message with a descriptor in the topmost bit of the length, earlier ones in its upper
      // half.
      const length = pending.readUInt32LE(at + 4);
      if (pending.readUInt32LE(at + 8) !== protocolVersion) return misfit('it speaks another protocol');
      if (length < headerBytes || length > maxMessageBytes) return misfit('a message has an impossible length');
      if (pending.length - at < length) break;
      messages.push({ type: pending.readUInt32LE(at), body: pending.subarray(at + headerBytes, at + length) });
      at += length;
    }
    pending = pending.subarray(at);
    return { kind: 'messages', messages };
  };
}

function misfit(what: string): ReadMessages {
  return { kind: 'misfit', what };
}
