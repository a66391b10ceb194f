import process from 'node:process';
import { main } from './cli/main.ts';
import { closeInheritedDescriptors } from './system/inherited-descriptors.ts';

void run();

async function run(): Promise<void> {
  closeInheritedDescriptors();
  process.exitCode = await main(process);
  // A look at a file system that hangs may still be under way on a thread.
  setTimeout(() => process.exit(), 1_000).unref();
}
