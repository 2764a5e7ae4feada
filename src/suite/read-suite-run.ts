import { type BigIntStats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { formatMs } from '../model/duration.js';
import type { SuiteProblem, SuiteProblemKind, SuiteReportKind, SuiteRun, TestRun } from '../model/suite.js';
import type { ProcessExit } from '../targets/spawn-target.js';
import { blameOf } from './blame-of.js';
import { readJUnit } from './read-junit.js';
import { isTap, readTap } from './read-tap.js';
import type { ReportSource } from './report-source.js';
import type { TestReport } from './reported-test.js';

/** How a command ended, and where it left what. */
export interface EndedCommand {
  readonly root: string;
  readonly source: ReportSource;
  /** Of a JUnit report; empty without. */
  readonly reportPath: string;
  /** The file of the report before the command ran. */
  readonly reportBefore: BigIntStats | null;
  readonly stdoutPath: string;
  /** null: its time was over. */
  readonly exit: ProcessExit | null;
  readonly tookMs: number;
  readonly timeLimitMs: number;
  /** Its last lines of output. */
  readonly lastOutput: readonly string[];
  /** Processes that it left running. */
  readonly leftProcesses: number;
}

const mostBytes = 64 * 1024 * 1024;
/** As shells say it. */
const notFound = 127;
const notExecutable = 126;

/** A report, or why there is none. */
type Read =
  | { readonly kind: SuiteReportKind; readonly report: TestReport }
  | { readonly kind: SuiteReportKind; readonly problem: SuiteProblem };

/** What a command showed: its tests, or a named problem; never green by what is missing. */
export async function readSuiteRun(ended: EndedCommand): Promise<Omit<SuiteRun, 'exposure' | 'met'>> {
  const { exit, leftProcesses, timeLimitMs } = ended;
  const exitCode = exit?.code ?? null;
  const base = { exitCode, leftProcesses };
  const read = await readReport(ended);
  const tests = 'report' in read ? read.report.tests.map((test) => testRunOf(test, ended.root)) : [];
  const made = { report: read.kind, ...base, tests };
  if (exit === null)
    return {
      ...made,
      problem: problem('hung', `it did not end within ${formatMs(timeLimitMs)}, and was ended`),
    };
  if (
    (exitCode === notFound || exitCode === notExecutable) &&
    (read.kind === 'exit-code' || tests.length === 0)
  )
    return { ...made, problem: problem('not-started', lastOf(ended, `it ended with code ${exitCode}`)) };
  return { ...made, problem: 'problem' in read ? read.problem : problemOf(ended, read.kind, read.report) };
}

function problemOf(
  ended: EndedCommand,
  kind: SuiteReportKind,
  { tests, incomplete }: TestReport,
): SuiteProblem | null {
  const { exit, leftProcesses } = ended;
  if (kind === 'exit-code') {
    if (leftProcesses > 0)
      return problem(
        'forked-away',
        `it ended, and ${leftProcesses} of its processes went on: what they came to is not known`,
      );
    return exit?.signal == null ? null : problem('runner-failed', `it was ended by ${exit.signal}`);
  }
  if (incomplete !== null) return problem('incomplete-report', incomplete);
  const run = tests.filter(({ outcome }) => outcome !== 'skipped');
  if (run.length === 0) {
    const what =
      tests.length === 0 ? 'its report names no test' : `all of its ${tests.length} tests were skipped`;
    return problem('no-tests', what);
  }
  if (run.some(({ outcome }) => outcome === 'failed') || exit?.code === 0) return null;
  const how = exit?.signal == null ? `it ended with code ${exit?.code}` : `it was ended by ${exit.signal}`;
  return problem('runner-failed', lastOf(ended, `${how}, and no test failed`));
}

async function readReport(ended: EndedCommand): Promise<Read> {
  const { source, root, stdoutPath, leftProcesses } = ended;
  if (source.kind === 'junit') return readJUnitFile(ended);
  const output = source.kind === 'exit-code' ? '' : await textOf(stdoutPath);
  if (output === null)
    return {
      kind: 'tap',
      problem: problem('unreadable-report', `its output is longer than ${mostBytes} bytes`),
    };
  if (source.kind === 'exit-code' || (source.kind === 'auto' && !isTap(output)))
    return { kind: 'exit-code', report: ofExitCode(ended) };
  if (isTap(output)) return { kind: 'tap', report: readTap(output, root) };
  const left =
    leftProcesses > 0 ? problem('forked-away', 'it wrote no TAP, and went on in the background') : null;
  return {
    kind: 'tap',
    problem: left ?? problem('no-report', lastOf(ended, 'there is no TAP in its output')),
  };
}

async function readJUnitFile(ended: EndedCommand): Promise<Read> {
  const { reportPath, reportBefore, root, leftProcesses } = ended;
  const kind = 'junit';
  const now = await statOf(reportPath);
  if (now === null || isSame(now, reportBefore)) {
    if (leftProcesses > 0)
      return { kind, problem: problem('forked-away', 'it wrote no report, and went on in the background') };
    const what = now === null ? `there is no ${reportPath}` : `${reportPath} is that of an earlier run`;
    return { kind, problem: problem('no-report', lastOf(ended, what)) };
  }
  const text = await textOf(reportPath);
  if (text === null)
    return { kind, problem: problem('unreadable-report', `${reportPath} is longer than ${mostBytes} bytes`) };
  try {
    return { kind, report: readJUnit(text, root) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind, problem: problem('unreadable-report', `${reportPath} is no JUnit XML: ${why}`) };
  }
}

/** The command as the one test that is known. */
function ofExitCode(ended: EndedCommand): TestReport {
  const { exit, tookMs, lastOutput } = ended;
  const failed = exit?.code !== 0;
  return {
    tests: [
      {
        id: 'the command',
        outcome: failed ? 'failed' : 'passed',
        durationMs: tookMs,
        failure: failed ? [`it ended with code ${exit?.code}`, ...lastOutput].join('\n') : '',
      },
    ],
    incomplete: null,
  };
}

/** Long ones are cut: each is in every run's line of the campaign. */
const longestMessage = 300;

function testRunOf({ id, outcome, durationMs, failure }: TestReport['tests'][number], root: string): TestRun {
  const failed = outcome === 'failed';
  const [first = ''] = failure.split('\n').filter((line) => line.trim() !== '');
  return {
    id,
    outcome,
    durationMs,
    message: failed ? first.trim().slice(0, longestMessage) : null,
    blame: failed ? blameOf(failure, root) : null,
  };
}

function lastOf({ lastOutput }: EndedCommand, what: string): string {
  const last = lastOutput.at(-1);
  return last === undefined ? what : `${what}; its last line: ${last}`;
}

function problem(kind: SuiteProblemKind, detail: string): SuiteProblem {
  return { kind, detail };
}

/** Of a file; null when there is none. */
export async function statOf(path: string): Promise<BigIntStats | null> {
  return path === '' ? null : stat(path, { bigint: true }).catch(() => null);
}

function isSame(now: BigIntStats, before: BigIntStats | null): boolean {
  return (
    before !== null && now.ino === before.ino && now.mtimeNs === before.mtimeNs && now.size === before.size
  );
}

/** null when it is too long to be read. */
async function textOf(path: string): Promise<string | null> {
  const stats = await statOf(path);
  if (stats === null) return '';
  return stats.size > BigInt(mostBytes) ? null : readFile(path, 'utf8');
}
