import { arch } from 'node:process';

/**
 * A program that takes any arguments and does nothing until a signal ends it, as an ELF file of some 200 bytes: hundreds
 * of them cost no memory, and none is mistaken for a shell or for Node by its executable.
 */
export function sleepingExecutable(): Buffer {
  const machine = machines[arch];
  if (machine === undefined) throw new Error(`the bench has no sleeping program for ${arch} processors`);
  const code = machine.code();
  const size = headerBytes + programHeaderBytes + code.length;
  const header = Buffer.alloc(headerBytes);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(2, 16); // ET_EXEC
  header.writeUInt16LE(machine.id, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(loadAddress + headerBytes + programHeaderBytes), 24); // Entry point.
  header.writeBigUInt64LE(BigInt(headerBytes), 32); // Where the program headers are.
  header.writeUInt16LE(headerBytes, 52);
  header.writeUInt16LE(programHeaderBytes, 54);
  header.writeUInt16LE(1, 56);
  const segment = Buffer.alloc(programHeaderBytes);
  segment.writeUInt32LE(1, 0); // PT_LOAD
  segment.writeUInt32LE(5, 4); // Readable, executable.
  segment.writeBigUInt64LE(BigInt(loadAddress), 16);
  segment.writeBigUInt64LE(BigInt(loadAddress), 24);
  segment.writeBigUInt64LE(BigInt(size), 32);
  segment.writeBigUInt64LE(BigInt(size), 40);
  segment.writeBigUInt64LE(0x10000n, 48); // Alignment: the largest page there is.
  return Buffer.concat([header, segment, code]);
}

const headerBytes = 64;
const programHeaderBytes = 56;
const loadAddress = 0x400000;

interface Machine {
  /** e_machine */
  readonly id: number;
  readonly code: () => Buffer;
}

const machines: Readonly<Partial<Record<NodeJS.Architecture, Machine>>> = {
  // again: mov eax, 34 (pause); syscall; jmp again
  x64: { id: 62, code: () => Buffer.from('b8220000000f05ebf7', 'hex') },
  // again: mov x8, 73 (ppoll); mov x0..x4, 0; svc 0; b again
  arm64: {
    id: 183,
    code: () => {
      const words = [0xd2800928, 0xd2800000, 0xd2800001, 0xd2800002, 0xd2800003, 0xd2800004, 0xd4000001, 0x17fffff9];
      const code = Buffer.alloc(words.length * 4);
      for (const [at, word] of words.entries()) code.writeUInt32LE(word, at * 4);
      return code;
    },
  },
};
