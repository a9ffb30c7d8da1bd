#!/usr/bin/env node
import { keepCompiledCode } from '../workspace/compiled-code.ts';
import { processTerminal } from './terminal.ts';

keepCompiledCode();
const { run } = await import('./run.ts');
// The exit code is set and not forced, so that output into a slow pipe arrives as a whole.
process.exitCode = await run(process.argv.slice(2), processTerminal());
