import { lockFile } from '../../../src/system/files/file-lock.ts';

// Takes the lock named in its argument, says so, and holds it until it is killed.
const outcome = await lockFile(process.argv[2] ?? '', { waitSeconds: 5 });
process.stdout.write(`${outcome.kind}\n`);
setInterval(() => outcome, 60_000);
