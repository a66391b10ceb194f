// Puts up Unix users with tmux sessions to measure on, and takes everything away at the end. As root.
// Usage: node bench/scene.mjs --help
import { runTypescript } from './run-typescript.mjs';

await runTypescript('scene/scene-command.ts');
