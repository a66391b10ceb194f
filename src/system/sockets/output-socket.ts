import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

/** A socket in the file system that receives the output of a program started by another process. */
interface OutputSocket {
  /** Waits until every writer has closed, at most `limitMs`. Then removes the socket and returns the written text. */
  readonly finish: (limitMs: number) => Promise<string>;
}

/** Far more than any answer of this program; a longer one is cut off. */
const maxBytes = 1024 * 1024;

/** Listens at that path, which must be free. Rejects with the system's error when it cannot. */
export async function openOutputSocket(path: string): Promise<OutputSocket> {
  const chunks: Buffer[] = [];
  const writers = new Map<Socket, Promise<unknown>>();
  let bytes = 0;
  const server = createServer((writer) => {
    writers.set(writer, new Promise((resolve) => writer.once('close', resolve)));
    // The text that a writer sent before an error counts.
    writer.on('error', () => writer.destroy());
    writer.on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
      else writer.destroy();
    });
  });
  // A forgotten socket must not keep this process alive.
  server.unref();
  server.listen(path);
  await once(server, 'listening');
  return {
    finish: async (limitMs) => {
      // Only one more turn of the event loop shows who has connected by now.
      await nextTurn();
      server.close();
      await Promise.race([Promise.all(writers.values()), delay(limitMs, null, { ref: false })]);
      for (const writer of writers.keys()) writer.destroy();
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}
