import { Command, CommanderError } from 'commander';
import { refusedExitCode } from '../model/verdict.js';
import { defineCompare } from './definitions/compare.js';
import { defineContinuous } from './definitions/continuous.js';
import { defineDaily } from './definitions/daily.js';
import { defineDoctor } from './definitions/doctor.js';
import { defineGameday } from './definitions/gameday.js';
import { defineProxy } from './definitions/proxy.js';
import { defineRecover } from './definitions/recover.js';
import { defineReplay } from './definitions/replay.js';
import { defineReport } from './definitions/report.js';
import { defineRun } from './definitions/run.js';
import { defineRuns } from './definitions/runs.js';
import { defineScenarios } from './definitions/scenarios.js';
import { defineSchedule } from './definitions/schedule.js';
import { defineStop } from './definitions/stop.js';
import { defineSuite } from './definitions/suite.js';
import { defineTargets } from './definitions/targets.js';
import { defineTest } from './definitions/test.js';
import { defineValidate } from './definitions/validate.js';
import { reportError } from './error-text.js';
import { packageVersion } from '../orchestrator/package-version.js';

/** Runs one command line and says its exit code. Commands load what they use. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  // A reader that went away (`| head`, a closed terminal) must not keep a run from reverting.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  let exitCode = 0;
  const program = buildProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : refusedExitCode;
    const report = reportError(error);
    process.stderr.write(report.text);
    return report.exitCode;
  }
  return exitCode;
}

const examples = `
Examples:
  $ chaosx run checkout.yaml              break the service as the file says; the exit code is the verdict
  $ chaosx run checkout.yaml --dry-run    say what would be done, and do nothing
  $ chaosx test checkout.yaml             measure its resilience over repeated runs
  $ chaosx suite -- npm test              what the tests of a project say when the world misbehaves
  $ chaosx continuous checkout.yaml       break one thing a minute for an hour
  $ chaosx gameday checkout.yaml          a gameday: an agenda, go or no-go, notes
  $ chaosx daily experiments              today's share of them, against the days before
  $ chaosx schedule --cron "0 2 * * *"     what starts that each night
  $ chaosx validate experiments/*.yaml    find every mistake in the files
  $ chaosx report chaos_results/x/latest  judge a saved run again, and show its report
  $ chaosx replay chaos_results/x/latest  run it again with the same choices
  $ chaosx compare RUNS_A RUNS_B          is the second one less resilient? Or two git revisions
  $ chaosx runs                           what was run before, newest first
  $ chaosx proxy                          the network fault proxy by itself, for clients of Toxiproxy
  $ chaosx scenarios                      what can go wrong
  $ chaosx scenarios high_latency         one scenario in detail
  $ chaosx targets 4711                   what can be hit inside a Node process
  $ chaosx stop                           stop every run on this machine; each reverts what it did
  $ chaosx doctor                         what can be broken on this machine, and what is missing for more

Exit codes: 0 held, 1 deviated, 2 refused, 3 not steady, 4 not injected, 5 not recovered, 6 leaked, 7 inconclusive,
130 interrupted, 70 a bug in chaosx.`;

/** In the order of the help text. */
const definitions = [
  defineRun,
  defineTest,
  defineSuite,
  defineContinuous,
  defineGameday,
  defineDaily,
  defineSchedule,
  defineValidate,
  defineScenarios,
  defineTargets,
  defineReport,
  defineReplay,
  defineCompare,
  defineRuns,
  defineProxy,
  defineRecover,
  defineStop,
  defineDoctor,
] as const;

function buildProgram(exit: (code: number) => void): Command {
  const program = new Command('chaosx')
    .description(
      'Chaos engineering for Node.js: real faults that are proven, always back clean, no false green.',
    )
    .version(packageVersion())
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('(chaosx --help lists the commands)')
    .addHelpText('after', examples)
    .hook('preAction', async (_program, command) => {
      // The one command that deals with it needs no hint.
      if (command.name() === 'recover') return;
      const { leftoversNotice } = await import('./leftovers-notice.js');
      process.stderr.write(await leftoversNotice());
    });
  for (const define of definitions) define(program, exit);
  return program;
}
