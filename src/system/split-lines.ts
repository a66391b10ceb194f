export interface LineSplitter {
  /** The lines that end in this chunk, which is kept and must not change. */
  readonly add: (chunk: Buffer) => readonly string[];
  /** Of the line that has not ended yet. */
  readonly begunBytes: () => number;
}

/**
 * Puts lines together from chunks of bytes.
 *
 * Not by node:readline, which ends a line at U+2028 as well: JSON leaves that as it is, and users put it into names.
 */
export function splitLines(): LineSplitter {
  let begun: Buffer[] = [];
  let begunBytes = 0;
  return {
    add: (chunk) => {
      const lines: string[] = [];
      let start = 0;
      for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
        lines.push(Buffer.concat([...begun, chunk.subarray(start, end)]).toString('utf8'));
        begun = [];
        begunBytes = 0;
        start = end + 1;
      }
      begun.push(chunk.subarray(start));
      begunBytes += chunk.length - start;
      return lines;
    },
    begunBytes: () => begunBytes,
  };
}
