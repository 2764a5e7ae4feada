import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChaosExperiment } from '../src/api/chaos-experiment.js';
import { ChaosOrchestrator } from '../src/api/chaos-orchestrator.js';
import { compareStored } from '../src/campaign/compare-stored.js';
import { defaultMargins } from '../src/judge/comparison/compared-kinds.js';
import { systemClock } from '../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { listCampaigns } from '../src/store/list-campaigns.js';
import { inProcessTarget } from '../src/targets/in-process-target.js';
import { CliFolder } from './cli-process.js';

const folder = mkdtempSync(join(tmpdir(), 'chaosx-compare-test-'));
const cli = new CliFolder();
afterAll(() => {
  cli[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Keeps runs of a shop whose database fails; one that retries hardly notices. */
async function keptRuns(name: string, retries: boolean, times = 5, injectionRate = 0.4): Promise<string> {
  const database = { query: async () => 1 };
  const ask = async () => {
    for (let left = retries ? 8 : 0; ; left -= 1) {
      try {
        return await database.query();
      } catch (error) {
        if (left === 0) throw error;
      }
    }
  };
  const resultsDirectory = join(folder, name);
  const orchestrator = new ChaosOrchestrator({
    targetSystem: inProcessTarget('shop', { database }),
    resultsDirectory,
    stateDirectory: join(folder, 'state'),
  });
  const experiment = new ChaosExperiment({
    name: 'Shop with a failing database',
    scenarios: [CHAOS_SCENARIOS.random_exceptions.with({ duration: '300ms', parameters: { injectionRate } })],
    probes: [{ name: 'shop', check: ask, every: '20ms' }],
    successCriteria: { maxErrorRate: 0.05 },
    baseline: '50ms',
    holdTime: '50ms',
  });
  if (times === 1) {
    await orchestrator.runExperiment(experiment, undefined, { seed: 5 });
    return join(resultsDirectory, 'shop-with-a-failing-database', 'latest');
  }
  await orchestrator.repeatExperiment(experiment, { times, seed: 5 });
  const [kept] = await listCampaigns(resultsDirectory, 'Shop with a failing database');
  return dirname(kept ?? '');
}

const paths = { plain: '', again: '', retrying: '' };
beforeAll(async () => {
  paths.plain = await keptRuns('plain', false);
  paths.again = await keptRuns('again', false);
  paths.retrying = await keptRuns('retrying', true);
}, 60_000);

/** Times of a busy machine are not what is tested here. */
const calm = ['p95DuringMs=5s', 'longestOutageMs=5s', 'recoveryTimeSeconds=5s'].flatMap((each) => [
  '--margin',
  each,
]);

const compared = (base: string, head: string) =>
  compareStored({
    base,
    head,
    margins: {
      ...defaultMargins,
      p95DuringMs: { share: 0, floor: 5_000 },
      longestOutageMs: { share: 0, floor: 5_000 },
      recoveryTimeSeconds: { share: 0, floor: 5 },
    },
    clock: systemClock,
  });

describe('chaosx compare of kept runs', () => {
  test('a retry that was removed is worse: exit 1, on the terminal and as a comment', async () => {
    const { code, stdout } = await cli.run('compare', paths.retrying, paths.plain);
    expect(stdout).toMatch(/^deviated/);
    expect(stdout).toMatch(/random_exceptions: held in [345] of 5 runs → 0 of 5/);
    expect(stdout).toMatch(/answered well .*  worse$/m);
    expect(code).toBe(1);
    const comment = await cli.run('compare', paths.retrying, paths.plain, '--format', 'markdown');
    expect(comment.stdout).toMatch(/^### ❌ deviated: Shop with a failing database/);
    expect(comment.stdout).toContain('| random\\_exceptions | answered well |');
  });

  test('a retry that was added is not worse: exit 0; as JSON and as a page with both timelines', async () => {
    const { code, stdout } = await cli.run('compare', paths.plain, paths.retrying, '--json', ...calm);
    const results = JSON.parse(stdout) as {
      verdict: string;
      scenarios: { quantities: { state: string }[] }[];
    };
    expect(results.verdict).toBe('held');
    expect(code).toBe(0);
    const page = join(folder, 'compared.html');
    await cli.run('compare', paths.plain, paths.retrying, '--format', 'html', '--out', page);
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('Timelines side by side');
    expect(html.match(/class="sides"/g)).toHaveLength(1);
  });

  test('the same system in other runs is never worse; with so few runs it may stay undecided', async () => {
    const results = await compared(paths.plain, paths.again);
    expect(['held', 'inconclusive']).toContain(results.verdict);
    expect(results.scenarios[0]?.quantities.every(({ state }) => state !== 'worse')).toBe(true);
  });

  test('the same runs twice: no difference', async () => {
    const { code, stdout } = await cli.run('compare', paths.plain, join(paths.plain, 'results.json'));
    expect(stdout).toContain('no difference: both are the same runs');
    expect(code).toBe(0);
  });

  test('a margin can be set: what is worse by less is not', async () => {
    const wide = ['--margin', 'answeredWell=90%', '--margin', 'availabilityByTime=90%'];
    const { stdout } = await cli.run('compare', paths.retrying, paths.plain, '--json', ...wide);
    const { scenarios } = JSON.parse(stdout) as Awaited<ReturnType<typeof compareStored>>;
    const well = scenarios[0]?.quantities.find(({ name }) => name === 'answeredWell');
    expect(well).toMatchObject({ margin: 0.9, state: 'not-worse' });
  });

  test('one run on each side is undecided: exit 7, with the runs that are missing', async () => {
    const [one, other] = [await keptRuns('one', true, 1), await keptRuns('other', false, 1)];
    const { code, stdout } = await cli.run('compare', one, other);
    expect(stdout).toMatch(/^inconclusive/);
    expect(stdout).toContain('about 4 more runs on each side would decide');
    expect(code).toBe(7);
  });

  test('other faults, no runs, one path, a margin without a name: refused with what to do', async () => {
    const other = await keptRuns('harder', false, 2, 0.9);
    const faults = await cli.run('compare', paths.plain, other);
    expect(faults.stderr).toContain('expected random_exceptions to be the same fault on both sides');
    const none = await cli.run('compare', paths.plain, join(folder, 'nothing'));
    expect(none.stderr).toContain("expected a run's folder");
    const alone = await cli.run('compare', paths.plain);
    expect(alone.stderr).toContain('expected two runs or campaigns to compare, got 1');
    const half = await cli.run('compare', '--base', 'main', 'shop.yaml');
    expect(half.stderr).toContain('expected --base and --head together, got no --head');
    const margin = await cli.run('compare', paths.plain, paths.again, '--margin', 'speed=2%');
    expect(margin.stderr).toContain('expected NAME=AMOUNT with a name of answeredWell');
    for (const { code } of [faults, none, alone, half, margin]) expect(code).toBe(2);
  });
});
