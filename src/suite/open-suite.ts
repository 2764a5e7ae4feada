import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { SuiteRun } from '../model/suite.js';
import { unlessAborted } from '../model/unless-aborted.js';
import { agentUse, type openLiveTarget } from '../orchestrator/live-target.js';
import type { WorkSample } from '../orchestrator/run-ports.js';
import type { OpenContext } from '../targets/open-context.js';
import { type OpenTarget, openTarget } from '../targets/open-target.js';
import { startedTarget } from '../targets/started-target.js';
import { isTargetNotReady } from '../targets/target-not-ready.js';
import { findMarkedProcesses } from '../undo/run-processes.js';
import { readSuiteRun, statOf } from './read-suite-run.js';
import { reportPlaceholder } from './report-source.js';
import type { SuiteSpec } from './suite-spec.js';

/** What the command showed, before what it met of the fault is known. */
export type ShownByCommand = Omit<SuiteRun, 'exposure' | 'met'>;

/**
 * Holds the command back until the faults are there, then becomes it: the process stays the same. Its standard output has a
 * file of its own, for TAP.
 */
const gate = 'until [ -e "$1" ]; do sleep 0.02; done; out=$2; shift 2; exec "$@" >>"$out"';
/** The watchdog ends what is still there so long after the command's time. */
const slackMs = 120_000;
/** What ends with the command takes a moment. */
const stragglersMs = 500;
const pollMs = 50;
const tailLines = 20;
/** npm would ask the registry whether it is up to date: not the code under test, and it would count as met. */
const quietNpm = { npm_config_update_notifier: 'false' };

/**
 * Opens test commands as targets that have work to do.
 *
 * @param onShown - told what the command showed, once, when it ended
 */
export function suiteOpener(
  spec: SuiteSpec,
  onShown: (shown: ShownByCommand) => void,
): typeof openLiveTarget {
  return async (plan, _startSpec, outer) => {
    const timeLimitMs = plan.work?.timeLimitMs ?? 0;
    const ownFolder = outer.outputPath === null;
    const folder = ownFolder
      ? await mkdtemp(join(tmpdir(), 'chaosx-suite-'))
      : dirname(outer.outputPath ?? '');
    const removeFolder = async () => {
      if (ownFolder) await rm(folder, { recursive: true, force: true });
    };
    const { source, reportPath, command, env } = placed(spec, folder);
    const stdoutPath = join(folder, 'stdout.log');
    const goPath = join(folder, 'go');
    const start = ['/bin/sh', '-c', gate, 'chaosx', goPath, stdoutPath, ...command];
    const context: OpenContext = {
      ...outer,
      expiresAt: outer.clock.wallMs() + timeLimitMs + slackMs,
      // Also where nothing is broken: what is compared differs by the fault alone.
      agent: {
        ...(agentUse(plan) ?? { redirectsOutgoing: false, modules: [] }),
        comesLater: true,
        sparesLaunchers: true,
      },
    };
    const spawned = { ...spec, start, env: { ...quietNpm, ...env } };
    let open: OpenTarget;
    try {
      open = await openTarget(startedTarget(spawned), spawned, context);
    } catch (error) {
      await removeFolder();
      if (isTargetNotReady(error)) return { failed: error.message, lastOutput: error.lastOutput };
      throw error;
    }
    const { clock, runId } = outer;
    const reportBefore = await statOf(reportPath);
    let oursBefore: ReadonlySet<number> = new Set();
    let begunMs = 0;
    return {
      target: open.target,
      // It is there to end: how it does is what it showed.
      ended: new Promise(() => undefined),
      lost: open.proxyEnded.then(() => 'the fault proxy in front of its dependencies ended'),
      lastOutput: () => open.lastOutput(),
      work: {
        async begin() {
          oursBefore = new Set((await findMarkedProcesses(runId)).map(({ pid }) => pid));
          begunMs = clock.nowMs();
          await writeFile(goPath, '');
        },
        async ended(signal) {
          const settled = new AbortController();
          const exit = await unlessAborted(
            Promise.race([
              open.exited,
              clock.sleep(timeLimitMs, AbortSignal.any([signal, settled.signal])).then(() => null),
            ]),
            signal,
          ).finally(() => settled.abort());
          const tookMs = clock.nowMs() - begunMs;
          const left =
            exit === null ? 0 : await countLeft(runId, oursBefore, (ms) => clock.sleep(ms, signal));
          const shown = await readSuiteRun({
            root: spec.cwd,
            source,
            reportPath,
            reportBefore,
            stdoutPath,
            exit,
            tookMs,
            timeLimitMs,
            lastOutput: await lastLines(stdoutPath, open.lastOutput()),
            leftProcesses: left,
          });
          await keepReport(reportPath, folder, shown);
          onShown(shown);
          return samplesOf(shown, tookMs);
        },
      },
      [Symbol.asyncDispose]: async () => {
        await open[Symbol.asyncDispose]();
        await rm(goPath, { force: true });
        await removeFolder();
      },
    };
  };
}

/** `{report}` is a file of this run alone: what is there was written by it. */
function placed(
  { command, env, report, cwd }: SuiteSpec,
  folder: string,
): Pick<SuiteSpec, 'env'> & {
  readonly command: readonly string[];
  readonly source: SuiteSpec['report'];
  readonly reportPath: string;
} {
  const own = join(folder, 'tests.xml');
  const put = (text: string) => text.replaceAll(reportPlaceholder, own);
  return {
    command: command.map(put),
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, put(value)])),
    source: report,
    reportPath: report.kind === 'junit' ? resolve(cwd, put(report.path)) : '',
  };
}

/** Processes of the command that are still there once it has ended; those that end in a moment are none. */
async function countLeft(
  runId: string,
  before: ReadonlySet<number>,
  sleep: (ms: number) => Promise<void>,
): Promise<number> {
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const left = (await findMarkedProcesses(runId)).filter(({ pid }) => !before.has(pid));
    if (left.length === 0 || waitedMs >= stragglersMs) return left.length;
    await sleep(pollMs);
  }
}

/** A report that the next run writes over is kept beside its run. */
async function keepReport(reportPath: string, folder: string, { problem }: ShownByCommand): Promise<void> {
  const kept = join(folder, 'tests.xml');
  if (reportPath === '' || reportPath === kept || problem?.kind === 'no-report') return;
  // It was read: that it cannot be kept changes nothing.
  await copyFile(reportPath, kept).catch(() => undefined);
}

async function lastLines(stdoutPath: string, errors: readonly string[]): Promise<readonly string[]> {
  const output = await readFile(stdoutPath, 'utf8').catch(() => '');
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return [...lines.slice(-tailLines), ...errors].slice(-tailLines);
}

/** One a test; where something keeps them from telling, that alone: such a run never holds. */
function samplesOf({ tests, problem }: ShownByCommand, tookMs: number): readonly WorkSample[] {
  if (problem !== null)
    return [{ passed: false, latencyMs: tookMs, detail: `${problem.kind}: ${problem.detail}` }];
  return tests
    .filter(({ outcome }) => outcome !== 'skipped')
    .map(({ id, outcome, durationMs, message }) => ({
      passed: outcome === 'passed',
      latencyMs: durationMs ?? 0,
      detail: message === null ? id : `${id}: ${message}`,
    }));
}
