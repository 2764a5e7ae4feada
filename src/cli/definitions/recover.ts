import type { Command } from 'commander';

/** `chaosx recover`: undoes what an earlier run left behind. */
export function defineRecover(program: Command, exit: (code: number) => void): void {
  program
    .command('recover')
    .description('undo what an earlier run left behind')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ chaosx recover')
    .action(async (options: { json?: boolean }) => {
      const { recoverCommand } = await import('../commands/recover-command.js');
      const { output, exitCode } = await recoverCommand(options.json === true);
      process.stdout.write(output);
      exit(exitCode);
    });
}
