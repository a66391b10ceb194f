import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Whether the process, named by its number on the host, is the PID 1 of a namespace below the host's. */
export function isFirstOfNamespace(pid: number): boolean {
  const numbers = numbersOf(pid);
  return numbers.length > 1 && numbers.at(-1) === 1;
}

/** The process that the machine with this PID 1 knows by the given number, as a number on the host. */
export function hostPidOf(leader: number, pidInside: number): number | null {
  return pidsBeside(leader).find((pid) => numbersOf(pid).at(-1) === pidInside) ?? null;
}

/** Processes of the same PID namespace, as numbers on the host. */
export function pidsBeside(leader: number): readonly number[] {
  const namespace = namespaceOf(leader);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => namespace !== null && namespaceOf(pid) === namespace);
}

/** The direct children of a process. */
export function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      (readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').match(/\d+/g) ?? []).map(Number),
    );
  } catch {
    return [];
  }
}

/** The numbers of a process, from the host's namespace inwards. */
function numbersOf(pid: number): readonly number[] {
  try {
    const line = /^NSpid:(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
    return (line.match(/\d+/g) ?? []).map(Number);
  } catch {
    return [];
  }
}

function namespaceOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return null;
  }
}
