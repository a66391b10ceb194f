import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

/** A socket in the file system that takes the output of a program which somebody else starts. */
interface OutputSocket {
  /** Waits until every writer is gone, but no longer than that; removes the socket, and returns what was written. */
  readonly finish: (limitMs: number) => Promise<string>;
}

/** Far more than any answer of ours; who writes more is cut off. */
const maxBytes = 1024 * 1024;

/** Listens at that path, which must be free. Rejects with the system's error where it cannot. */
export async function openOutputSocket(path: string): Promise<OutputSocket> {
  const chunks: Buffer[] = [];
  const writers = new Map<Socket, Promise<unknown>>();
  let bytes = 0;
  const server = createServer((writer) => {
    writers.set(writer, new Promise((resolve) => writer.once('close', resolve)));
    // A writer that breaks off has said what it had to say.
    writer.on('error', () => writer.destroy());
    writer.on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
      else writer.destroy();
    });
  });
  // Whoever forgets it hangs nobody up.
  server.unref();
  server.listen(path);
  await once(server, 'listening');
  return {
    finish: async (limitMs) => {
      // Who has connected by now is only known after one more look at the socket.
      await nextTurn();
      server.close();
      await Promise.race([Promise.all(writers.values()), delay(limitMs, null, { ref: false })]);
      for (const writer of writers.keys()) writer.destroy();
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}
