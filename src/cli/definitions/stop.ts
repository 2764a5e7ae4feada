import type { Command } from 'commander';

/** `chaosx stop`: halts every run of this user. */
export function defineStop(program: Command, exit: (code: number) => void): void {
  program
    .command('stop')
    .description('stop every run of this user on this machine; each reverts what it did')
    .option('--hold', 'let no run start afterwards, until `chaosx stop --release`')
    .option('--release', 'let runs start again')
    .addHelpText(
      'after',
      `
The same without chaosx: make the file that \`chaosx stop\` names. Campaigns end, too. Waits until all have reverted.

Exit codes: 0 no run is left; 6 some did not end within a minute, each is named.

Examples:
  $ chaosx stop
  $ chaosx stop --hold`,
    )
    .action(async (options: { hold?: boolean; release?: boolean }) => {
      const { stopCommand } = await import('../commands/stop.js');
      const { output, exitCode } = await stopCommand(options);
      process.stdout.write(output);
      exit(exitCode);
    });
}
