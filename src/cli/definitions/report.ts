import { type Command, Option } from 'commander';
import type { ReportFormat } from '../../report/render-report.js';
import { isColored } from '../is-colored.js';

/** `chaosx report`: a saved run or campaign, judged again. */
export function defineReport(program: Command): void {
  program
    .command('report')
    .description('judge a saved run or campaign again, and show or write its report')
    .argument('<path>', 'the folder of a run or campaign, its results.json, or the `latest` link beside it')
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
    .action(async (path: string, options: { format: ReportFormat; out?: string }) => {
      const { reportSaved } = await import('../commands/report.js');
      const warn = (text: string) => void process.stderr.write(text);
      process.stdout.write(await reportSaved(path, { ...options, color: isColored(process.stdout), warn }));
    });
}
