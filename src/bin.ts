#!/usr/bin/env node
import { loadProgram } from './cli/load-program.ts';

// All else is loaded from there, so that Node can keep its compiled code.
loadProgram('program.js');
