import type { Command } from 'commander';
import { isColored } from '../is-colored.js';

/** `chaosx validate`: every mistake in files, with its place. */
export function defineValidate(program: Command, exit: (code: number) => void): void {
  program
    .command('validate')
    .description('check experiment files: every mistake, with its place')
    .argument('<file...>', 'experiment files (YAML)')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ chaosx validate experiments/*.yaml')
    .action(async (files: string[], options: { json?: boolean }) => {
      const { validateFiles } = await import('../commands/validate.js');
      const { output, exitCode } = await validateFiles(files, {
        json: options.json === true,
        color: isColored(process.stdout),
      });
      process.stdout.write(output);
      exit(exitCode);
    });
}
