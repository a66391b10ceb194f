#!/usr/bin/env node
import { loadProgram } from './cli/load-program.ts';

// The program is in a separate file, so that Node can cache its compiled code.
loadProgram('program.js');
