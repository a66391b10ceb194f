// Measures tmux-persist, and what else it is given, and writes bench/RESULTS.md. As root.
// Usage: node bench/bench.mjs --help
import { runTypescript } from './run-typescript.mjs';

await runTypescript('run/bench-command.ts');
