import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChaosOrchestrator } from '../src/api/chaos-orchestrator.js';
import type { ContinuousChaosOptions } from '../src/api/continuous-options.js';
import { judgeContinuous } from '../src/judge/campaign/judge-continuous.js';
import type { CampaignEvent } from '../src/model/campaign-events.js';
import { isChaosError } from '../src/model/chaos-error.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { readCampaignEvents } from '../src/store/read-campaign-events.js';
import { inProcessTarget } from '../src/targets/in-process-target.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaosx-continuous-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A shop that answers without its database, or does not. */
function shop(hasFallback: boolean) {
  const database = { price: async () => 12 };
  const answer = () => (hasFallback ? database.price().catch(() => 11) : database.price());
  const orchestrator = new ChaosOrchestrator({
    targetSystem: inProcessTarget('shop', { database }),
    resultsDirectory: folder,
    stateDirectory: join(folder, 'state'),
  });
  return { orchestrator, database, answer };
}

const failing = CHAOS_SCENARIOS.random_exceptions.with({
  duration: '300ms',
  parameters: { injectionRate: 1 },
});
const empty = CHAOS_SCENARIOS.null_injection.with({
  name: 'empty_answers',
  duration: '300ms',
  parameters: { injectionRate: 1 },
});
const quick = {
  baseline: '100ms',
  holdTime: '100ms',
  interval: '800ms',
  seed: 7,
  scenarios: [failing, empty],
} as const;
const probeOf = (answer: () => Promise<number>, every = '100ms') => [
  { name: 'answer', check: async () => (await answer()) !== undefined, every },
];

async function eventsIn(path: string | null): Promise<readonly CampaignEvent[]> {
  const events: CampaignEvent[] = [];
  for await (const event of readCampaignEvents(join(path ?? '', 'campaign.jsonl'))) events.push(event);
  return events;
}

const chosenIn = (events: readonly CampaignEvent[]) =>
  events.flatMap((event) => (event.type === 'round-started' ? event.name : []));

async function refusal(of: Promise<unknown>): Promise<string> {
  const error: unknown = await of.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!isChaosError(error)) throw error;
  return `${error.code}: ${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}`;
}

test('rounds come one at a time, at the interval or as soon as the last is over, and never past the end', async () => {
  const { orchestrator, answer } = shop(true);
  const results = await orchestrator.runContinuousChaos({
    duration: 4,
    ...quick,
    scenarios: [failing],
    probes: probeOf(answer),
  });
  // The verdict of a busy machine may be that a round was not steady: how the rounds go is what counts here.
  expect(results).toMatchObject({ target: 'shop', stoppedBy: null, errorBudget: null });
  expect(results.roundsRun).toBeGreaterThanOrEqual(2);
  const events = await eventsIn(results.folder);
  let [open, startedAt] = [false, Number.NEGATIVE_INFINITY];
  for (const event of events) {
    if (event.type === 'round-started') {
      expect(open).toBe(false);
      expect(event.t - startedAt).toBeGreaterThanOrEqual(790);
      // Baseline and fault fit before the end.
      expect(event.t).toBeLessThanOrEqual(4_000 - 400 + 100);
      [open, startedAt] = [true, event.t];
    }
    if (event.type === 'round-ended') open = false;
  }
  let judged = judgeContinuous.init();
  for (const event of events) judged = judgeContinuous.step(judged, event);
  const { folder: _folder, ...saved } = results;
  expect(judgeContinuous.result(judged)).toEqual(saved);
  expect(JSON.parse(readFileSync(join(results.folder ?? '', 'results.json'), 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(saved)),
  );
  expect(existsSync(join(results.folder ?? '', results.latest[0]?.folder ?? '', 'events.jsonl'))).toBe(true);
});

test('the call of the first description: defaults of the orchestrator, all that its target supports', async () => {
  const database = { price: async () => 12 };
  const orchestrator = new ChaosOrchestrator({
    targetSystem: inProcessTarget('shop', { database }),
    healthCheck: async () => (await database.price()) > 0,
    resultsDirectory: folder,
    stateDirectory: join(folder, 'state'),
  });
  const stop = new AbortController();
  const told: CampaignEvent[] = [];
  const results = await orchestrator.runContinuousChaos({
    duration: 3600,
    interval: 60,
    severityRange: [1, 3],
    signal: stop.signal,
    onEvent: (event) => {
      told.push(event);
      if (event.type === 'round-started') stop.abort(new Error('seen enough'));
    },
  });
  expect(results).toMatchObject({
    verdict: 'interrupted',
    stoppedBy: { by: 'caller', detail: 'seen enough' },
  });
  const { scenarios, leftOut } = told[0]?.type === 'campaign-started' ? told[0].settings : {};
  expect(scenarios).toContain('null_injection');
  expect(scenarios).not.toContain('packet_loss');
  expect(leftOut).toContainEqual({
    name: 'packet_loss',
    why: 'its severity is 4, asked for was 1 to 3',
  });
});

test('a fault is clipped so that its round fits into the interval', async () => {
  const { orchestrator, answer } = shop(true);
  const active: number[] = [];
  await orchestrator.runContinuousChaos({
    duration: '1s',
    ...quick,
    scenarios: [CHAOS_SCENARIOS.random_exceptions],
    probes: probeOf(answer),
    onRunEvent: (event) => {
      if (event.type === 'run-started') active.push(...event.scenarios.map(({ activeMs }) => activeMs));
    },
  });
  expect(active).toEqual([600]);
});

describe('it stops by itself', () => {
  test('once more samples failed than the budget allows', async () => {
    const { orchestrator, answer } = shop(false);
    const results = await orchestrator.runContinuousChaos({
      duration: 60,
      ...quick,
      probes: probeOf(answer),
      errorBudget: 0.05,
    });
    expect(results).toMatchObject({ verdict: 'deviated', stoppedBy: { by: 'error-budget' } });
    expect(results.errorBudget?.spent).toBeGreaterThan(0.05);
    expect(results.stoppedBy?.detail).toMatch(
      /^the error budget of 5 % is spent: [\d.]+ % of \d+ samples failed$/,
    );
  });

  test('when the system does not come back', async () => {
    const { orchestrator, database } = shop(false);
    let broken = false;
    const results = await orchestrator.runContinuousChaos({
      duration: 60,
      ...quick,
      scenarios: [failing],
      maxRecoveryWait: '300ms',
      probes: probeOf(async () => {
        if (broken) throw new Error('its pool is exhausted');
        return database.price().catch((error: unknown) => {
          broken = true;
          throw error;
        });
      }),
    });
    expect(results).toMatchObject({
      verdict: 'not-recovered',
      stoppedBy: { by: 'not-recovered' },
    });
  });

  test('when the system is not well in two rounds in a row', async () => {
    const { orchestrator } = shop(true);
    const results = await orchestrator.runContinuousChaos({
      duration: 60,
      ...quick,
      healthCheck: () => false,
    });
    expect(results).toMatchObject({
      verdict: 'not-steady',
      roundsRun: 2,
      stoppedBy: { by: 'stop-rule' },
    });
  });
});

test('folders: the latest that held, and all that did not', async () => {
  const { orchestrator, answer } = shop(true);
  const results = await orchestrator.runContinuousChaos({
    duration: 6,
    ...quick,
    keepRuns: 1,
    // What is answered with nothing is a deviation, what is not answered has a fallback.
    probes: [{ name: 'answer', check: async () => (await answer()) > 0, every: '100ms' }],
  });
  const events = await eventsIn(results.folder);
  const ended = events.flatMap((event) => (event.type === 'round-ended' ? event.summary : []));
  const failed = ended.filter(({ verdict }) => verdict !== 'held');
  const held = ended.filter(({ verdict }) => verdict === 'held');
  expect(held.length).toBeGreaterThan(0);
  expect(failed.length).toBeGreaterThan(0);
  const kept = readdirSync(join(results.folder ?? '', 'rounds')).map((name) => `rounds/${name}`);
  expect(kept.sort()).toEqual([...failed, ...held.slice(-1)].map((each) => each.folder).sort());
});

describe('resume', () => {
  const options = (answer: () => Promise<number>, duration: number): ContinuousChaosOptions => ({
    duration,
    ...quick,
    interval: '600ms',
    probes: probeOf(answer),
  });

  test('chooses what the uninterrupted campaign would have, and covers both parts', async () => {
    const { orchestrator, answer } = shop(true);
    const stop = new AbortController();
    const first = await orchestrator.runContinuousChaos({
      ...options(answer, 5),
      signal: stop.signal,
      onEvent: (event) =>
        event.type === 'round-ended' && event.round === 1 && stop.abort(new Error('enough')),
    });
    expect(first).toMatchObject({ verdict: 'interrupted', roundsRun: 2, resumed: 0 });
    // A line that a crash tore off is dropped.
    writeFileSync(join(first.folder ?? '', 'campaign.jsonl'), '{"type":"round-sta', { flag: 'a' });
    const second = await orchestrator.runContinuousChaos({
      ...options(answer, 5),
      resume: first.folder ?? '',
      onEvent: ({ type }) => {
        // What the first part showed must not be taken for the whole.
        if (type === 'campaign-resumed')
          expect(existsSync(join(first.folder ?? '', 'results.json'))).toBe(false);
      },
    });
    expect(second).toMatchObject({ resumed: 1, stoppedBy: null, folder: first.folder });
    expect(second.roundsRun).toBeGreaterThan(2);
    expect(second.durationSeconds).toBeLessThan(6);
    const chosen = chosenIn(await eventsIn(second.folder));
    expect(new Set(chosen).size).toBe(2);

    const whole = await orchestrator.runContinuousChaos(options(answer, 5));
    const alike = Math.min(chosen.length, whole.roundsRun);
    expect(chosen.slice(0, alike)).toEqual(chosenIn(await eventsIn(whole.folder)).slice(0, alike));
  });

  test('refused with other settings, after its end, in another place, and while it runs', async () => {
    const { orchestrator, answer } = shop(true);
    const stop = new AbortController();
    let refusedWhileRunning: Promise<string> | undefined;
    const first = await orchestrator.runContinuousChaos({
      ...options(answer, 5),
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === 'round-ended') stop.abort(new Error('enough'));
        if (event.type !== 'round-started') return;
        const parent = join(folder, 'continuous-chaos-on-shop');
        const resume = join(parent, readdirSync(parent).find((name) => name !== 'latest') ?? '');
        refusedWhileRunning = refusal(orchestrator.runContinuousChaos({ ...options(answer, 5), resume }));
      },
    });
    const resume = first.folder ?? '';
    const before = readFileSync(join(resume, 'campaign.jsonl'), 'utf8');
    expect(await refusedWhileRunning).toMatch(/^TARGET_LOCKED: expected "campaign .*" to be free, run /);
    const other = {
      ...options(answer, 60),
      severityRange: [1, 4],
      scenarios: [failing],
      seed: 8,
      errorBudget: 0.1,
      baseline: '200ms',
      resume,
    } as const;
    expect(
      (await refusal(orchestrator.runContinuousChaos(other))).replace(resume, '<folder>'),
    ).toMatchInlineSnapshot(`
      "INVALID_INPUT: the campaign in <folder> cannot go on with other settings:
        seed: it began with 7, now asked for: 8
        duration: it began with 5 s, now asked for: 1 min
        severity: it began with 1..5, now asked for: 1..4
        scenarios: it began with random_exceptions, empty_answers, now asked for: random_exceptions
        error budget: it began with none, now asked for: 0.1
        the experiment differs in: scenarios, baseline (give what it began with, or start a new campaign)"
    `);
    expect(await refusal(orchestrator.runContinuousChaos({ ...other, resume: folder }))).toMatch(
      /^STORAGE_FAILED: could not read /,
    );
    expect(readFileSync(join(resume, 'campaign.jsonl'), 'utf8')).toBe(before);
    const ended = await orchestrator.runContinuousChaos({ ...options(answer, 1) });
    expect(
      await refusal(orchestrator.runContinuousChaos({ ...options(answer, 1), resume: ended.folder ?? '' })),
    ).toMatch(/^INVALID_INPUT: expected continuous chaos to go on with in .*, but it ran to its end/);
  });
});

describe('refused before anything starts', () => {
  test('nothing in the range, no time for a fault, no health, numbers out of range', async () => {
    const { orchestrator } = shop(true);
    const ask = (changes: Partial<ContinuousChaosOptions>) =>
      refusal(
        orchestrator.runContinuousChaos({ duration: 60, ...quick, healthCheck: () => true, ...changes }),
      );
    const refusals = [
      await ask({ severityRange: [5, 5] }),
      await ask({
        scenarios: ['disk_full', CHAOS_SCENARIOS.clock_drift.with({ targetComponents: ['stock'] })],
        severityRange: [1, 4],
      }),
      await ask({ severityRange: [3, 1] }),
      await ask({ scenarios: [] }),
      await ask({ interval: '150ms' }),
      await ask({ duration: 0.1 }),
      await ask({ errorBudget: 5 }),
      await ask({ keepRuns: -1 }),
      await refusal(new ChaosOrchestrator().runContinuousChaos({ duration: 60, interval: 10 })),
      await refusal(
        new ChaosOrchestrator({ targetSystem: 'me' }).runContinuousChaos({ duration: 60, interval: 10 }),
      ),
    ];
    expect(refusals).toMatchInlineSnapshot(`
      [
        "UNSUPPORTED_SCENARIO: no scenario with a severity of 5 can be made on shop:
        random_exceptions: its severity is 3, asked for was 5
        empty_answers: its severity is 3, asked for was 5 (widen the range of severity, or choose among other scenarios; \`chaosx scenarios\` lists them)",
        "UNSUPPORTED_SCENARIO: no scenario with a severity of 1 to 4 can be made on shop:
        disk_full: its severity is 5, asked for was 1 to 4
        clock_drift: clocks are of the process, not of a component: leave targetComponents empty; shop is not a process other than this one; shop is not a process that chaosx starts (widen the range of severity, or choose among other scenarios; \`chaosx scenarios\` lists them)",
        "INVALID_INPUT: expected a range of severity from 1 to 5, the lower one first, got 3 to 1 (1 is hardly felt, 5 an outage if the system is not made for it)",
        "MISSING_INPUT: expected scenarios, got none (leave \`scenarios\` out for all that the target supports)",
        "INVALID_INPUT: an interval of 150 ms leaves no time for a fault between baseline (100 ms) and holdTime (100 ms) (make it longer, or shorten baseline and holdTime)",
        "INVALID_INPUT: a duration of 100 ms leaves no time for a fault between baseline (100 ms) and holdTime (100 ms) (make it longer, or shorten baseline and holdTime)",
        "INVALID_INPUT: expected an error budget from 0 to 1, got 5 (it is a share: 5 % is 0.05)",
        "INVALID_INPUT: expected the runs to keep to be a whole number from 0 on, got -1 (leave it out to keep all)",
        "MISSING_INPUT: the experiment names no target (give it a targetSystem, or pass one to \`new ChaosOrchestrator({ targetSystem })\`)",
        "MISSING_INPUT: runContinuousChaos got no health check and no probes (pass \`healthCheck\` or \`probes\`, or give the ChaosOrchestrator a health check)",
      ]
    `);
    expect(readdirSync(folder)).toEqual([]);
  });
});
