import { array, assert, constantFrom, integer, nat, option, property, string, tuple, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openExchange, type ExchangeEnd } from '../../src/tmux/exchange.ts';
import {
  commandMessage,
  cString,
  encodeMessage,
  identification,
  int32,
  maxBodyBytes,
  messageReader,
  messageTypes,
  type Message,
} from '../../src/tmux/protocol-messages.ts';

const { exit, read, readDone, readOpen, shutdown, version, write, writeOpen, writeReady } = messageTypes;

describe('one command to a server', () => {
  test('is answered by what the server writes to the two output streams, and by its exit status', () => {
    const end = conversation(null, [
      [writeOpen, int32(7), int32(1), int32(0)],
      [writeOpen, int32(9), int32(2), int32(0)],
      [write, int32(7), Buffer.from('caf')],
      [write, int32(9), Buffer.from('oh')],
      // The bytes of one letter may come in two messages.
      [write, int32(7), Buffer.from([0xc3])],
      [write, int32(7), Buffer.from([0xa9])],
      [exit, int32(3)],
    ]);
    expect(end).toEqual({ kind: 'answered', exitCode: 3, stdout: 'café', stderr: 'oh' });
  });

  test('gives the input once, in messages that a server takes, and says that it is over', () => {
    const input = 'é'.repeat(20_000);
    const step = openExchange(input);
    const { replies, end } = step(message(readOpen, int32(3), int32(0), cString('-')));
    expect(end).toBeNull();
    const sent = decoded(Buffer.concat(replies));
    expect(sent.map(({ type }) => type)).toEqual([read, read, read, readDone]);
    const bodies = sent.slice(0, -1).map(({ body }) => body.subarray(4));
    expect(Buffer.concat(bodies).toString('utf8')).toBe(input);
    expect(step(message(readOpen, int32(4), int32(0), cString('-'))).end).toMatchObject({ kind: 'refused' });
  });

  test.each([
    ['to run a program', [209, cString('id')]],
    ['to run a program', [217, cString('id'), cString('/bin/sh')]],
    ['to read a file', [readOpen, int32(3), int32(-1), cString('/etc/shadow')]],
    ['to write a file', [writeOpen, int32(3), int32(-1), int32(0), cString('/etc/cron.d/x')]],
    ['message 206', [206, cString('lock')]],
    ['message 214', [214]],
    ['message 201', [201, cString('main')]],
  ] as const)('refuses the server %s', (what, spoken) => {
    expect(conversation(null, [spoken])).toMatchObject({ kind: 'refused', words: expect.stringContaining(what) });
  });

  test('knows a server of another protocol, and one that ends', () => {
    expect(conversation(null, [[version]])).toMatchObject({ kind: 'not-understood' });
    expect(conversation(null, [[shutdown]])).toMatchObject({
      kind: 'answered',
      exitCode: 1,
      stderr: 'server exited\n',
    });
  });

  test('answers each opened stream, and the end', () => {
    const step = openExchange(null);
    const opened = step(message(writeOpen, int32(7), int32(1), int32(0)));
    expect(opened.replies).toEqual([encodeMessage(writeReady, int32(7), int32(0))]);
    expect(step(message(exit)).replies).toEqual([encodeMessage(messageTypes.exiting)]);
  });

  test('whatever a liar says, it ends or goes on, and never sends what a server could stumble over', () => {
    const types = [...Object.values(messageTypes), 0, 206, 999, 0xffffffff];
    const lies = array(tuple(constantFrom(...types), uint8Array({ maxLength: 40 })), { maxLength: 30 });
    assert(
      property(lies, option(string()), (spoken, input) => {
        const step = openExchange(input);
        for (const [type, body] of spoken) {
          const { replies, end } = step({ type, body: Buffer.from(body) });
          const allowed = [read, readDone, writeReady, messageTypes.exiting];
          for (const reply of decoded(Buffer.concat(replies))) expect(allowed).toContain(reply.type);
          if (end !== null) return;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the stream of messages', () => {
  test('comes out as it went in, however it is cut', () => {
    const some = array(tuple(nat(400), uint8Array({ maxLength: 300 })), { maxLength: 12 });
    assert(
      property(some, array(integer({ min: 1, max: 200 }), { minLength: 1 }), (sent, cuts) => {
        const bytes = Buffer.concat(sent.map(([type, body]) => encodeMessage(type, Buffer.from(body))));
        const next = messageReader();
        const seen: Message[] = [];
        for (let at = 0, which = 0; at < bytes.length; which += 1) {
          const size = cuts[which % cuts.length] ?? 1;
          const reading = next(bytes.subarray(at, at + size));
          if (reading.kind !== 'messages') throw new Error(reading.what);
          seen.push(...reading.messages);
          at += size;
        }
        expect(seen.map(({ type, body }) => [type, [...body]])).toEqual(sent.map(([type, body]) => [type, [...body]]));
      }),
    );
  });

  test('ends at the first byte that has no meaning', () => {
    const good = encodeMessage(exit, int32(0));
    const spoilt = (change: (bytes: Buffer) => void): Buffer => {
      const bytes = Buffer.from(good);
      change(bytes);
      return bytes;
    };
    const carriesDescriptor = 0x10000;
    for (const bytes of [
      spoilt((one) => one.writeUInt32LE(15, 4)),
      spoilt((one) => one.writeUInt32LE(16_385, 4)),
      spoilt((one) => one.writeUInt32LE(20 + carriesDescriptor, 4)),
      spoilt((one) => one.writeUInt32LE(20 + 0x80000000, 4)),
      spoilt((one) => one.writeUInt32LE(9, 8)),
      Buffer.from('HTTP/1.1 200 OK\r\n\r\n'),
    ]) {
      expect(messageReader()(bytes).kind).toBe('misfit');
    }
  });

  test('never throws, and gives no message that is too long, whatever bytes come', () => {
    assert(
      property(array(uint8Array({ maxLength: 64 })), (chunks) => {
        const next = messageReader();
        for (const chunk of chunks) {
          const reading = next(Buffer.from(chunk));
          if (reading.kind === 'misfit') return;
          for (const { body } of reading.messages) expect(body.length).toBeLessThanOrEqual(maxBodyBytes);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('what is sent to a server', () => {
  test('begins with the same bytes, whatever is asked', () => {
    const pid = int32(process.pid).toString('hex');
    expect(identification().toString('hex').replaceAll(pid, '········')).toMatchInlineSnapshot(
      `"640000001400000008000000········000001006f0000001800000008000000········0000010000000000650000001500000008000000········64756d62006d0000001400000008000000········00000000660000001100000008000000········006c0000001200000008000000········2f006b0000001400000008000000················6a0000001000000008000000········"`,
    );
  });

  test('is never longer than a message, and has no word with a NUL byte', () => {
    expect(commandMessage(['list-sessions'])?.length).toBe(16 + 4 + 14);
    expect(commandMessage(['x'.repeat(maxBodyBytes)])).toBeNull();
    expect(commandMessage(['a\0kill-server'])).toBeNull();
    expect(() => encodeMessage(read, Buffer.alloc(maxBodyBytes + 1))).toThrow(RangeError);
  });
});

type Spoken = readonly [number, ...Buffer[]];

function conversation(input: string | null, spoken: readonly Spoken[]): ExchangeEnd | null {
  const step = openExchange(input);
  for (const [type, ...parts] of spoken) {
    const { end } = step(message(type, ...parts));
    if (end !== null) return end;
  }
  return null;
}

function message(type: number, ...parts: readonly Buffer[]): Message {
  return { type, body: Buffer.concat(parts) };
}

function decoded(bytes: Buffer): readonly Message[] {
  const reading = messageReader()(bytes);
  if (reading.kind !== 'messages') throw new Error(reading.what);
  return reading.messages;
}
