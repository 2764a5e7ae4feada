import { type Command, Option } from 'commander';
import type { ReportFormat } from '../../report/render-report.js';
import { isColored } from '../is-colored.js';

/** `chaosx report`: a saved run, judged again. */
export function defineReport(program: Command): void {
  program
    .command('report')
    .description('judge a saved run again, and show or write its report')
    .argument('<run>', "a run's folder, its results.json, or the `latest` link of an experiment")
    .addOption(
      new Option('--format <name>', 'what to make of it')
        .choices(['html', 'markdown', 'junit', 'json', 'terminal'] satisfies ReportFormat[])
        .default('terminal'),
    )
    .option('--out <file>', 'write it there; default: print it')
    .addHelpText(
      'after',
      `
Examples:
  $ chaosx report chaos_results/checkout/latest
  $ chaosx report chaos_results/checkout/latest --format html --out report.html
  $ chaosx report chaos_results/checkout/latest --format markdown | gh pr comment --body-file -`,
    )
    .action(async (run: string, options: { format: ReportFormat; out?: string }) => {
      const { reportRun } = await import('../commands/report.js');
      const warn = (text: string) => void process.stderr.write(text);
      process.stdout.write(await reportRun(run, { ...options, color: isColored(process.stdout), warn }));
    });
}
