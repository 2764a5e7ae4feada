import type { Command } from 'commander';
import { isColored } from '../is-colored.js';

/** `chaosx scenarios`: what can go wrong. */
export function defineScenarios(program: Command): void {
  program
    .command('scenarios')
    .description('list the scenarios, or show one in detail')
    .argument('[id]', 'a scenario of the catalogue')
    .option('--category <name>', 'only this category: network, resource, application, state, time')
    .option('--severity <range>', 'only this severity, `4`, or from one to another, `2-4`')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  $ chaosx scenarios\n  $ chaosx scenarios network_partition')
    .action(
      async (id: string | undefined, options: { json?: boolean; category?: string; severity?: string }) => {
        const { showScenarios } = await import('../commands/show-scenarios.js');
        process.stdout.write(showScenarios(id, { ...options, color: isColored(process.stdout) }));
      },
    );
}
