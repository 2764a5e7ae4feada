import type { Command } from 'commander';
import { isColored } from '../is-colored.js';

/** `chaosx doctor`: what can be made on this machine, what is missing, and what was left over. */
export function defineDoctor(program: Command, exit: (code: number) => void): void {
  program
    .command('doctor')
    .description('say what can be broken on this machine, what is missing for more, and what was left over')
    .option('--json', 'print JSON, with the reason for everything that cannot be made')
    .addHelpText(
      'after',
      `
Starts a Node process of its own for a second, to see whether running ones can be attached to; touches nothing else.

Exit codes: 0 nothing is left of earlier runs; 6 something is, \`chaosx recover\` undoes it.

Example:
  $ chaosx doctor`,
    )
    .action(async ({ json = false }: { json?: boolean }) => {
      const { doctorCommand } = await import('../commands/doctor.js');
      const { output, exitCode } = await doctorCommand({ json, color: isColored(process.stdout) });
      process.stdout.write(output);
      exit(exitCode);
    });
}
