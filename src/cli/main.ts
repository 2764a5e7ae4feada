#!/usr/bin/env node
import { packageVersion } from '../orchestrator/package-version.js';

// Asked often by scripts and shells: answered before anything else is loaded.
if (process.argv.length === 3 && /^(--version|-V)$/.test(process.argv[2] ?? '')) {
  process.stdout.write(`${packageVersion()}\n`);
} else {
  const { runProgram } = await import('./program.js');
  process.exitCode = await runProgram(process.argv);
}
