import { type Command, Option } from 'commander';
import type { CompareOptions } from '../compare-options.js';
import { marginsOf } from '../margins-of.js';
import { positiveNumber } from '../positive-number.js';
import { wholeNumber } from '../whole-number.js';
import { yesOption } from '../yes-option.js';

/** `chaosx compare`: did it get less resilient? */
export function defineCompare(program: Command, exit: (code: number) => void): void {
  program
    .command('compare')
    .description('compare two runs or campaigns, or two git revisions under the same experiments')
    .argument('<path...>', 'two runs or campaigns; with --base and --head: experiment files (YAML)')
    .option('--base <revision>', 'the git revision that is measured by, e.g. origin/main')
    .option('--head <revision>', 'the one that must not be worse, e.g. HEAD')
    .option('--build <command>', 'run by /bin/sh in each checkout before its first run')
    .option('--repeat <times>', 'runs of each file on each side; five or more decide', positiveNumber, 5)
    .option(
      '--margin <name=amount>',
      'how much worse still counts as not worse, e.g. p95DuringMs=50ms; may be repeated',
      marginsOf,
    )
    .option('--seed <number>', 'seed of every random choice; default: drawn', wholeNumber)
    .addOption(yesOption())
    .option('--results <folder>', 'where runs of revisions are kept', 'chaos_results')
    .addOption(
      new Option('--format <name>', 'what is printed')
        .choices(['terminal', 'markdown', 'json', 'junit', 'html'] satisfies CompareOptions['format'][])
        .default('terminal'),
    )
    .option('--json', 'the same as --format json')
    .option('--out <file>', 'write it there; default: print it')
    .addHelpText(
      'after',
      `
Exits 0 when not worse, 1 when worse, 7 when the runs so far leave both open.

Examples:
  $ chaosx compare chaos_results/shop/2026-03-01T10-00-00-000Z chaos_results/shop/latest
  $ chaosx compare --base origin/main --head HEAD --build "npm ci && npm run build" chaos/shop.yaml
  $ chaosx compare --base origin/main --head HEAD chaos/*.yaml --format markdown --out comment.md`,
    )
    .action(async (paths: string[], options: CompareOptions) => {
      const { compare } = await import('../commands/compare.js');
      exit(await compare(paths, options));
    });
}
