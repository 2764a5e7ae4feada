import type { Command } from 'commander';
import type { TargetsOptions } from '../commands/targets.js';
import { isColored } from '../is-colored.js';
import { positiveNumber } from '../positive-number.js';

/** `chaosx targets`: what can be hit inside a process. */
export function defineTargets(program: Command): void {
  program
    .command('targets')
    .description('list what can be hit inside a Node process, and by which scenarios')
    .argument('[target...]', 'the pid of a process, or a command, which is started and stopped again')
    .option('--port <number>', 'the process that listens on this port', positiveNumber)
    .option('--wait <duration>', 'how long a command may take until its modules are loaded; default: 5s')
    .option(
      '--trust-signal',
      'attach also where it cannot be seen that the process has no SIGUSR1 handler of its own',
    )
    .option(
      '--handlers',
      'list handlers of errors too: catch blocks, .catch handlers, error listeners; of a command',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
A process that runs is attached to and left as it was. It writes a few lines about its debugger to its stderr.

Exit codes: 0 listed; 2 refused: no such process, or attaching could harm it; 3 it did not come up, or ended.

Examples:
  $ chaosx targets 4711
  $ chaosx targets --port 3000
  $ chaosx targets "node server.mjs" --wait 10s
  $ chaosx targets --json -- node --enable-source-maps server.mjs`,
    )
    .action(async (words: readonly string[], options: Omit<TargetsOptions, 'color'>) => {
      const { showTargets } = await import('../commands/targets.js');
      process.stdout.write(await showTargets(words, { ...options, color: isColored(process.stdout) }));
    });
}
