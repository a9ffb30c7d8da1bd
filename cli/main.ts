#!/usr/bin/env node
import { run } from './run.ts';
import { processTerminal } from './terminal.ts';

// The exit code is set and not forced, so that output into a slow pipe arrives as a whole.
process.exitCode = await run(process.argv.slice(2), processTerminal());
