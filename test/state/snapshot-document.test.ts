import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf, formatSnapshot, parseSnapshot } from '../../src/state/snapshot-document.ts';
import { claude, conversationIds, sampleGone, sampleLive, sampleManifest, sampleWindows } from './sample-manifest.ts';

const manifest = sampleManifest([
  sampleLive({ windows: sampleWindows({ conversation: claude(conversationIds[0]) }, {}) }),
  sampleGone({ name: 'grüße 🌊', cause: 'closed' }),
]);
const text = formatSnapshot(manifest);

describe('a whole snapshot', () => {
  test('gives back the manifest it was made of', () => {
    expect(parseSnapshot(text, 'emo')).toEqual({ kind: 'valid', manifest });
  });

  test('holds any name, directory and title that tmux can have', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' }), (name, cwd) => {
        const odd = sampleManifest([sampleLive({ name, path: cwd, windows: sampleWindows({ cwd, title: name }) })]);
        expect(parseSnapshot(formatSnapshot(odd), 'emo')).toEqual({ kind: 'valid', manifest: odd });
      }),
    );
  });

  test('may hold fields that this version does not know, anywhere, and keeps them under its digest', () => {
    const extended = { ...manifest, colour: 'blue', sessions: [{ ...sampleLive(), pinned: true }] };
    const newer = { formatVersion: 1, digest: digestOf(extended), manifest: extended, note: 'x' };
    expect(parseSnapshot(JSON.stringify(newer), 'emo')).toEqual({ kind: 'valid', manifest: extended });
    expect(reasonOf({ ...newer, manifest: { ...extended, colour: 'red' } })).toBe(
      'its digest does not match its content',
    );
  });
});

describe('a damaged snapshot', () => {
  test('is every one that was cut off, wherever that was', () => {
    const bytes = Buffer.from(text);
    // Without its last byte, the final newline, the record itself is still whole.
    for (let length = 0; length < bytes.length - 1; length += 1) {
      expect(parseSnapshot(bytes.toString('utf8', 0, length), 'emo').kind, `cut after ${length} bytes`).toBe('damaged');
    }
  });

  test('is never taken for another record, whichever byte of it was changed', () => {
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (position, difference) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(position) ^ difference, position);
        const parsed = parseSnapshot(changed.toString('utf8'), 'emo');
        // A changed byte of white space between tokens changes nothing that is recorded, not even where it makes 0 a -0.
        expect(JSON.stringify(parsed.kind === 'valid' ? parsed.manifest : manifest)).toBe(JSON.stringify(manifest));
      }),
      { numRuns: 2000, examples: [[bytes.indexOf(': 0,') + 1, 0x20 ^ 0x2d]] },
    );
  });

  test.each([
    ['', 'it is empty (0 bytes)'],
    ['\n', 'it holds nothing but white space'],
    ['{', 'it is truncated after 1 byte'],
    [text.slice(0, 100), 'it is truncated after 100 bytes'],
    ['\0'.repeat(20), 'it is not JSON'],
    ['notes\t/home/emo\t\n', 'it is not JSON'],
    ['[]', 'the document must be object'],
    ['null', 'the document must be object'],
    ['{}', "the document must have required property 'formatVersion'"],
  ])('%j says: %s', (damagedText, reason) => {
    expect(parseSnapshot(damagedText, 'emo')).toEqual({ kind: 'damaged', reason });
  });

  test('of a newer format says so, whatever else is in it', () => {
    const reason = 'written by a newer tmux-persist (format 2)';
    expect(reasonOf({ formatVersion: 2, sealed: true })).toBe(reason);
  });

  test.each([0, -1, 1.5, '1', null])('of the unknown format %j breaks the schema', (formatVersion) => {
    expect(reasonOf({ formatVersion, digest: digestOf(manifest), manifest })).toMatch(/^(written by|\/formatVersion)/);
  });

  test('with another digest says so', () => {
    expect(reasonOf({ formatVersion: 1, digest: `sha256:${'0'.repeat(64)}`, manifest })).toBe(
      'its digest does not match its content',
    );
  });

  test('of another user says whose it is', () => {
    expect(parseSnapshot(text, 'anca')).toEqual({ kind: 'damaged', reason: 'it is a record of user "emo"' });
  });

  test('over the size limit is not parsed at all', () => {
    expect(parseSnapshot(' '.repeat(32 * 1024 * 1024 + 1), 'emo')).toEqual({
      kind: 'damaged',
      reason: 'it is larger than 32 MiB',
    });
  });
});

describe('a breach of the schema is named with its path', () => {
  test.each([
    [{ ...manifest, uid: -1 }, '/manifest/uid must be >= 0'],
    [{ ...manifest, user: '' }, '/manifest/user must NOT have fewer than 1 characters'],
    [{ ...manifest, takenAt: 'yesterday' }, '/manifest/takenAt must match pattern'],
    [{ ...manifest, server: { pid: 0, startTime: 1 } }, '/manifest/server/pid must be >= 1'],
    [{ ...manifest, sessions: {} }, '/manifest/sessions must be array'],
    [withSession({ state: 'live', cause: 'closed', goneAt: null }), '/manifest/sessions/0/cause must be null'],
    [withSession({ state: 'live', cause: null, goneAt: manifest.takenAt }), '/manifest/sessions/0/goneAt must be null'],
    [withSession({ state: 'gone', cause: null, goneAt: manifest.takenAt }), '/manifest/sessions/0/cause must be equal'],
    [
      withSession({ state: 'gone', cause: 'bored', goneAt: manifest.takenAt }),
      '/manifest/sessions/0/cause must be equal',
    ],
    [withSession({ state: 'gone', cause: 'closed', goneAt: null }), '/manifest/sessions/0/goneAt must be string'],
    [withSession({ state: 'asleep' }), '/manifest/sessions/0/state must be equal'],
    [withSession({ windows: [{}] }), "/manifest/sessions/0/windows/0 must have required property 'index'"],
  ])('%#: %s', (broken, reason) => {
    expect(reasonOf({ formatVersion: 1, digest: digestOf(broken), manifest: broken })).toContain(reason);
  });
});

function withSession(facts: Readonly<Record<string, unknown>>): unknown {
  return { ...manifest, sessions: [{ ...sampleLive(), ...facts }] };
}

function reasonOf(document: unknown): string {
  const parsed = parseSnapshot(JSON.stringify(document), 'emo');
  return parsed.kind === 'damaged' ? parsed.reason : 'valid';
}
