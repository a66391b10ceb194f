#!/usr/bin/env node
import { enableCompileCache } from './cli/compile-cache.ts';
import process from 'node:process';

// Before the import of anything large, so that its compiled code comes from the cache.
enableCompileCache();
const { main } = await import('./cli/main.ts');
process.exitCode = await main(process);
