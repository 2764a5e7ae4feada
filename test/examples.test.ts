import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const state = mkdtempSync(join(tmpdir(), 'chaosx-examples-'));
afterAll(() => rmSync(state, { recursive: true, force: true }));

/** What each example must say; a new example needs a line here. */
const says: Readonly<Record<string, RegExp>> = {
  'basic-experiment': /^Experiment successful: true/,
  'continuous-chaos':
    /^(held|deviated): \d of \d rounds [\s\S]*^random_exceptions: \d of [1-9] rounds held$/m,
  'corrupted-prices':
    /^naive: deviated: [\s\S]*^What was corrupted \(\d+\)[\s\S]* of prices\.priceOf \| [\s\S]*^careful: held: /m,
  'custom-scenario': /^held: [\s\S]*^Decisions that fired: [1-9]/m,
  'generated-tests':
    /^deviated: random_exceptions: passRate 50 %[\s\S]*^a price is above nothing: fails-under-chaos\na price is asked for: passes-always$/m,
  gameday: /^held: 4 of 4 on the agenda held$[\s\S]*^ {2}packet_loss: The last known price is shown$/m,
  'health-check-of-several':
    /^deviated: [\s\S]*^What failed: not healthy: database_connected$[\s\S]*^TODO: /m,
  'ledger-that-hangs':
    /^naive: deviated: [\s\S]*^Who waits for whom:[\s\S]*ledger\.balanceOf #\d+ \| lock [AB] \| [\s\S]*circle 1$[\s\S]*^patient: held: /m,
  'patch-verification':
    /^held: not worse: [\s\S]*^Patch resilience: at least \d+(\.\d)? % of faults tolerated \([345] of 5\), over 1 of 1 scenarios$/m,
  'resilience-testing':
    /^MTTR: \d+\.\d\ds\nFault Tolerance: \d+\.\d\d%\nAvailability: \d+\.\d\d%\nGraceful Degradation: \d+\.\d\d%\n(inconclusive|held|deviated): fault tolerance/m,
  'recovery-time': /^Recovery time: \d+\.\d\ds$/m,
  'fault-tolerance': /^( {2}\w+: [\w-]+\n){10}Fault tolerance: \d+\.\d\d%$/m,
  'full-resilience-test':
    /^Network Test: PASS\nMTTR: \d+\.\d\ds\nFault Tolerance: \d+\.\d\d%\nAvailability: \d+\.\d\d%\nRecommendations:\n {2}- /m,
  'test-suite-resilience': /^held: [\s\S]*^Calls that failed: [1-9]/m,
  'race-condition':
    /^look, then take: deviated: [\s\S]*^ {2}seats\.isFree: [1-9]\d* calls perturbed, by up to [\d.]+ ms$[\s\S]*^in one step: held: [\s\S]*^ {2}seats\.takeIfFree: [1-9]/m,
  'sessions-by-wall-clock':
    /^by the wall clock: deviated: [\s\S]*^The clock as the target saw it:$[\s\S]*\+3,600,000 ms[\s\S]*^by the monotonic clock: held: /m,
  'severity-by-week': /^Week 1[\s\S]* {2}slow_method: held$[\s\S]*^Week 2[\s\S]* {2}null_injection: held$/m,
};

const names = ['examples/first-description', 'examples/faults']
  .flatMap((folder) => readdirSync(folder))
  .filter((file) => file.endsWith('.ts') && file !== 'start-shop.ts')
  .map((file) => file.slice(0, -3));

/** These keep the processors busy, or measure what only an idle machine shows: they run one by one. */
const alone: readonly string[] = [
  'fault-tolerance',
  'full-resilience-test',
  'gameday',
  'patch-verification',
  'recovery-time',
  'resilience-testing',
];

async function tryOut(name: string): Promise<void> {
  const { stdout } = await run(process.execPath, ['scripts/run-example.mjs', name], {
    env: { ...process.env, CHAOSX_STATE_DIR: state },
  });
  expect(says[name]).toBeDefined();
  expect(stdout).toMatch(says[name] ?? /never/);
}

describe('examples', () => {
  describe.concurrent('side by side', () => {
    test.each(names.filter((name) => !alone.includes(name)))('%s', tryOut);
  });
  describe('one by one', () => {
    test.each(alone)('%s', tryOut);
  });
});
