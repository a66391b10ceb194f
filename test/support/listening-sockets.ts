import { readFileSync } from 'node:fs';

/** How many sockets below a directory are listened on, their files being there or not: the kernel's own count of servers. */
export function listeningSocketsBelow(directory: string): number {
  const acceptsConnections = '00010000';
  const rows = readFileSync('/proc/net/unix', 'utf8').split('\n');
  return rows.filter((row) => row.split(/\s+/)[3] === acceptsConnections && row.includes(` ${directory}/`)).length;
}

/** How many connections a server has accepted on a socket, or has yet to, by the table of `/proc/net/unix`. */
export function connectionsIn(table: string, socketPath: string): number {
  const connected = '03';
  const rows = table.split('\n');
  return rows.filter((row) => row.split(/\s+/)[5] === connected && row.endsWith(` ${socketPath}`)).length;
}

/** Whether somebody stays connected to a server, as a watch does that waits for its end. The connection of a save is short. */
export function hasLastingConnection(socketPath: string): boolean {
  if (connectionsTo(socketPath) === 0) return false;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  return connectionsTo(socketPath) > 0;
}

function connectionsTo(socketPath: string): number {
  return connectionsIn(readFileSync('/proc/net/unix', 'utf8'), socketPath);
}
