#!/usr/bin/env node
import { loadProgram } from './cli/load-program.ts';

// All else is loaded from there, so that its compiled code is at hand.
loadProgram('program.js');
