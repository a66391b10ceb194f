import process from 'node:process';
import { main } from './cli/main.ts';
import { closeInheritedDescriptors } from './system/sockets/inherited-descriptors.ts';

void run();

async function run(): Promise<void> {
  closeInheritedDescriptors();
  process.exitCode = await main(process);
  // A thread may still wait for a file system that hangs.
  setTimeout(() => process.exit(), 1_000).unref();
}
