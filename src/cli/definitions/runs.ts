import { type Command, Option } from 'commander';
import { type Verdict, verdictsWorstFirst } from '../../model/verdict.js';
import { isColored } from '../is-colored.js';
import { wholeNumber } from '../whole-number.js';

const results = () => new Option('--results <dir>', 'where runs are kept').default('chaos_results');
const warn = (text: string) => void process.stderr.write(text);

/** `chaosx runs`: saved runs. */
export function defineRuns(program: Command): void {
  const runs = program
    .command('runs')
    .description('list, show and delete saved runs')
    .addHelpText(
      'after',
      `
Examples:
  $ chaosx runs                                    newest first
  $ chaosx runs --verdict deviated --limit 10
  $ chaosx runs show chaos_results/checkout/latest
  $ chaosx runs delete --older-than 30d --keep 5 --dry-run`,
    );
  runs
    .command('list', { isDefault: true })
    .description('list saved runs and campaigns, newest first')
    .addOption(results())
    .option('--experiment <name>', 'only of this experiment')
    .addOption(new Option('--verdict <verdict>', 'only with this verdict').choices(verdictsWorstFirst))
    .option('--limit <n>', 'at most so many; 0 for all (default: 50, as JSON all)', wholeNumber)
    .option('--json', 'print JSON')
    .action(
      async (options: {
        results: string;
        experiment?: string;
        verdict?: Verdict;
        limit?: number;
        json?: true;
      }) => {
        const { listSavedRuns } = await import('../commands/list-runs.js');
        process.stdout.write(await listSavedRuns({ ...options, color: isColored(process.stdout), warn }));
      },
    );
  runs
    .command('show')
    .description('judge a saved run again, and list its files')
    .argument('<run>', "a run's folder, or its path below the results directory")
    .addOption(results())
    .action(async (run: string, options: { results: string }) => {
      const { showRun } = await import('../commands/show-run.js');
      process.stdout.write(await showRun(run, { ...options, color: isColored(process.stdout), warn }));
    });
  runs
    .command('delete')
    .description('delete runs by age; never what is under way, or not of chaosx')
    .requiredOption('--older-than <age>', 'only what ended longer ago, e.g. 30d')
    .addOption(results())
    .option('--keep <n>', 'keep the newest n of each experiment, whatever their age', wholeNumber)
    .option('--dry-run', 'say what would be deleted, and delete nothing')
    .option('--yes', 'do not ask')
    .action(
      async (options: { results: string; olderThan: string; keep?: number; dryRun?: true; yes?: true }) => {
        const { deleteOldRuns } = await import('../commands/delete-runs.js');
        await deleteOldRuns(options);
      },
    );
}
