import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChaosOrchestrator } from '../src/api/chaos-orchestrator.js';
import type { GamedayOptions } from '../src/api/gameday-options.js';
import { allFaults } from '../src/faults/all-faults.js';
import { judgeGameday } from '../src/judge/campaign/judge-gameday.js';
import type { CampaignEvent } from '../src/model/campaign-events.js';
import type { GamedayResults } from '../src/model/campaign-results.js';
import { isChaosError } from '../src/model/chaos-error.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { readCampaignEvents } from '../src/store/read-campaign-events.js';
import { inProcessTarget } from '../src/targets/in-process-target.js';
import { CliFolder } from './cli-process.js';
import { closedPort, startUpstream } from './network-servers.js';
import { PseudoTerminal } from './pseudo-terminal.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaosx-gameday-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A busy machine may ask late, which counts as failed: that must not decide. */
const quick = {
  duration: '1200ms',
  baseline: '300ms',
  holdTime: '50ms',
  successCriteria: { passRate: 0.2 },
  seed: 7,
} as const;
const failing = CHAOS_SCENARIOS.random_exceptions.with({ parameters: { injectionRate: 1 } });
const milder = failing.with({ name: 'milder', severity: 2 });

/** A shop that needs its database, or does without. */
function shop(needsDatabase: boolean) {
  const database = { price: async () => 12 };
  const price = () => (needsDatabase ? database.price() : database.price().catch(() => 11));
  const orchestrator = new ChaosOrchestrator({
    targetSystem: inProcessTarget('shop', { database }),
    resultsDirectory: join(folder, 'results'),
    stateDirectory: join(folder, 'state'),
    // One that nothing makes, whatever this package learns.
    faults: allFaults.filter(({ type }) => type !== 'DEADLOCK'),
  });
  const day = (options: Partial<GamedayOptions>): Promise<GamedayResults> =>
    orchestrator.runGameday({
      scenarios: [failing, milder],
      probes: [{ name: 'price', check: async () => (await price()) > 0, every: '100ms', retries: 5 }],
      ...quick,
      ...options,
    });
  return { day, price };
}

const kept = () => {
  const days = readdirSync(join(folder, 'results', 'gameday-of-shop')).filter((name) => name !== 'latest');
  return join(folder, 'results', 'gameday-of-shop', days[0] ?? '');
};

describe('a day that goes by itself', () => {
  test('takes the mildest first, leaves out what is not possible, and says what was expected', async () => {
    const { day } = shop(false);
    const results = await day({
      scenarios: [{ use: failing, hypothesis: 'Prices come from memory' }, 'deadlock', milder],
      steadyStateHypothesis: 'A price is always shown.',
      // What the rounds show is for other tests: a busy machine decides it here.
      stopOn: 'never',
    });
    expect(results).toMatchObject({ kind: 'gameday', roundsRun: 2, stoppedBy: null });
    expect(
      results.agenda.map(({ scenario, hypothesis, decision, summary }) => [
        scenario,
        hypothesis,
        decision?.by ?? null,
        summary?.scenarios[0]?.name ?? null,
      ]),
    ).toEqual([
      ['milder', 'A price is always shown, even with milder', 'automatic', 'milder'],
      ['random_exceptions', 'Prices come from memory', 'automatic', 'random_exceptions'],
      ['deadlock', 'A price is always shown, even with deadlock', null, null],
    ]);
    expect(results.agenda[2]?.skippedWhy).toMatch(/^not possible here: /);
    const events: CampaignEvent[] = [];
    for await (const event of readCampaignEvents(join(kept(), 'campaign.jsonl'))) events.push(event);
    let state = judgeGameday.init();
    for (const event of events) state = judgeGameday.step(state, event);
    expect(judgeGameday.result(state)).toEqual(results);
    expect(JSON.parse(readFileSync(join(kept(), 'results.json'), 'utf8'))).toEqual(results);
    expect(existsSync(join(kept(), results.agenda[0]?.summary?.folder ?? '', 'events.jsonl'))).toBe(true);
  });

  test('a round against its hypothesis does not end it, unless that was asked for', async () => {
    const harder = failing.with({ name: 'harder', severity: 5 });
    const goesOn = await shop(true).day({ scenarios: [harder, failing] });
    expect(goesOn).toMatchObject({ verdict: 'deviated', roundsRun: 2, asExpected: 0 });
    expect(goesOn.agenda[0]?.surprises[0]).toMatch(/^went against the hypothesis: /);
    const ends = await shop(true).day({ scenarios: [harder, failing], stopOn: 'deviated' });
    expect(ends).toMatchObject({
      verdict: 'deviated',
      roundsRun: 1,
      stoppedBy: { by: 'stop-rule' },
      agenda: [{}, { decision: { go: false, by: 'rule' }, skippedWhy: 'not reached: the day had ended' }],
    });
  });

  test('a round that does not recover ends it', async () => {
    const database = { price: async () => 12 };
    let broken = false;
    const results = await shop(true).day({
      targetSystem: inProcessTarget('shop', { database }),
      probes: [
        {
          name: 'price',
          every: '100ms',
          check: async () => {
            if (broken) return false;
            await database.price().catch((error: unknown) => {
              broken = true;
              throw error;
            });
            return true;
          },
        },
      ],
      scenarios: [failing, failing.with({ name: 'next', severity: 4 })],
      maxRecoveryWait: '300ms',
    });
    expect(results).toMatchObject({
      verdict: 'not-recovered',
      roundsRun: 1,
      stoppedBy: { by: 'not-recovered' },
    });
    expect(results.agenda[0]?.surprises[0]).toMatch(/^did not come back: /);
  });

  test.each([
    ['throws', () => Promise.reject(new Error('no such table'))],
    ['hangs', () => new Promise(() => undefined)],
    ['never passes', () => false],
  ])('a health check that %s ends it before a fault', async (_, systemHealthCheck) => {
    const results = await shop(false).day({ systemHealthCheck });
    expect(results).toMatchObject({ verdict: 'not-steady', roundsRun: 1, stoppedBy: { by: 'stop-rule' } });
    expect(results.agenda[0]?.summary?.scenarios[0]?.injected).toBe(false);
  });

  test('a caller that stops it: reverted, interrupted, the rest not reached', async () => {
    const { day, price } = shop(false);
    const stop = new AbortController();
    const results = await day({
      signal: stop.signal,
      onRunEvent: ({ type }) => type === 'fault-injected' && stop.abort(new Error('enough')),
    });
    expect(results).toMatchObject({
      verdict: 'interrupted',
      roundsRun: 1,
      stoppedBy: { by: 'caller', detail: 'enough' },
    });
    expect(await price()).toBe(12);
  });
});

describe('a day on which somebody decides', () => {
  const three = [milder, failing, failing.with({ name: 'harder', severity: 4 })];

  test('is asked before each round, knows the last one, and can leave one out or end it', async () => {
    const asked: string[] = [];
    const answers = [
      'go',
      { decision: 'no-go', why: 'at lunch' },
      { decision: 'stop', why: 'it rains' },
    ] as const;
    const results = await shop(false).day({
      scenarios: three,
      stopOn: 'never',
      decide: async ({ scenario, round, rounds, last, advice }) => {
        const before = last?.scenarios[0]?.name ?? 'nothing';
        asked.push(`${round} of ${rounds}: ${scenario} after ${before}, ${advice.go}`);
        return answers[round] ?? 'stop';
      },
    });
    expect(asked).toEqual([
      '0 of 3: milder after nothing, true',
      '1 of 3: random_exceptions after milder, true',
      '2 of 3: harder after milder, true',
    ]);
    expect(results).toMatchObject({
      roundsRun: 1,
      stoppedBy: { by: 'person', detail: 'it rains' },
      agenda: [
        { decision: { go: true, by: 'person' } },
        { decision: { go: false, by: 'person', why: 'at lunch' }, skippedWhy: 'no-go: at lunch' },
        { decision: { go: false, by: 'person', why: 'it rains' } },
      ],
    });
  });

  test('can go on where the rule would not', async () => {
    const results = await shop(true).day({
      scenarios: [failing, failing.with({ name: 'harder', severity: 4 })],
      stopOn: 'deviated',
      decide: async () => 'go',
    });
    expect(results).toMatchObject({ verdict: 'deviated', roundsRun: 2, stoppedBy: null });
  });

  test('one who never answers keeps nobody from ending it', async () => {
    const stop = new AbortController();
    const results = await shop(false).day({
      signal: stop.signal,
      decide: () => {
        setTimeout(() => stop.abort(new Error('enough')), 20);
        return new Promise(() => undefined);
      },
    });
    expect(results).toMatchObject({ verdict: 'interrupted', roundsRun: 0, stoppedBy: { by: 'caller' } });
  });

  test('one who throws ends it, and the caller gets the error', async () => {
    const day = shop(false).day({
      decide: async () => {
        throw new Error('the chat is down');
      },
    });
    await expect(day).rejects.toThrow('the chat is down');
    const results = JSON.parse(readFileSync(join(kept(), 'results.json'), 'utf8')) as GamedayResults;
    expect(results).toMatchObject({ roundsRun: 0, stoppedBy: { by: 'error' } });
  });
});

test('notes stand where they came: in the round that ran, or between', async () => {
  const said = new TransformStream<string, string>();
  const writer = said.writable.getWriter();
  const results = await shop(false).day({
    notes: said.readable,
    onEvent: ({ type }) => type === 'campaign-started' && void writer.write('before \u001b[31mall\u001b[0m'),
    decide: async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return 'go';
    },
    onRunEvent: ({ type }) => type === 'run-started' && void writer.write('it slows down'),
  });
  expect(results.notes.map(({ text }) => text)).toEqual(['before all']);
  expect(results.agenda.map(({ notes }) => notes.map(({ text }) => text))).toEqual([
    ['it slows down'],
    ['it slows down'],
  ]);
});

describe('refused before anything starts', () => {
  const refusal = async (
    options: Partial<GamedayOptions>,
    orchestrator = new ChaosOrchestrator({ resultsDirectory: folder, faults: [] }),
  ) => {
    const error: unknown = await orchestrator
      .runGameday({ scenarios: ['high_latency'], systemHealthCheck: () => true, ...options })
      .catch((thrown: unknown) => thrown);
    if (!isChaosError(error)) throw error;
    return `${error.code}: ${error.message}\n  ${error.hint ?? ''}`;
  };

  test('an empty agenda, an unknown scenario, nothing that is possible, no health check, an unknown rule', async () => {
    const refusals = [
      await refusal({ scenarios: [] }),
      // @ts-expect-error: what the types refuse, JavaScript can still do.
      await refusal({ scenarios: 'high_latency' }),
      await refusal({ scenarios: ['high_latencies'] }),
      await refusal({ scenarios: ['deadlock', 'random_exceptions'] }),
      // @ts-expect-error: as above.
      await refusal({ systemHealthCheck: undefined }),
      // @ts-expect-error: as above.
      await refusal({ stopOn: 'rain' }),
      await refusal({ duration: 'long' }, new ChaosOrchestrator({ resultsDirectory: folder })),
    ];
    expect(refusals.join('\n')).toMatchInlineSnapshot(`
      "MISSING_INPUT: expected a list of at least one scenario, got an empty list
        name what is to be broken: \`scenarios: ['high_latency', 'cpu_spike']\`
      MISSING_INPUT: expected a list of at least one scenario, got "high_latency"
        name what is to be broken: \`scenarios: ['high_latency', 'cpu_spike']\`
      UNKNOWN_NAME: expected a scenario of the catalogue, got "high_latencies"
        did you mean "high_latency"?
      UNSUPPORTED_SCENARIO: this process supports nothing on the agenda
        random_exceptions: no backend makes EXCEPTION_INJECTION yet
      deadlock: no backend makes DEADLOCK yet
      MISSING_INPUT: runGameday got no systemHealthCheck and no probes
        say how it is seen that the system is well: \`systemHealthCheck: () => fetch(url)\`
      INVALID_INPUT: expected stopOn to be one of deviated, not-recovered, never, got rain
        
      INVALID_INPUT: expected a duration, got "long"
        give seconds as a number, or a string with a unit such as "250ms", "90s", "5m", "1h""
    `);
    expect(readdirSync(folder)).toEqual([]);
  });
});

/** A shop in a process of its own, with an agenda of two, the harder one first. */
async function dayFile(cli: CliFolder, upstreamPort: number): Promise<string> {
  const port = await closedPort();
  const program = fileURLToPath(new URL('fixtures/shop.mjs', import.meta.url));
  writeFileSync(
    join(cli.path, 'shop.yaml'),
    `name: Shop
targetSystem:
  name: shop
  start: ["${process.execPath}", "${program}"]
  env: { PORT: "${port}", UPSTREAM: "http://127.0.0.1:${upstreamPort}/stock", FAIL: "" }
  ready: { tcp: "127.0.0.1:${port}", within: 10s }
  dependencies: { stock: { env: UPSTREAM } }
steadyStateHypothesis: The shop answers
probes:
  - { name: shop, http: "http://127.0.0.1:${port}/", every: 100ms, timeout: 2s }
scenarios:
  - { use: network_partition, duration: 1s, hypothesis: The shop shows the last known stock }
  - { use: high_latency, duration: 1s, parameters: { latencyMs: 500 } }
baseline: 500ms
holdTime: 200ms
maxRecoveryWait: 20s
seed: 7
`,
  );
  return 'shop.yaml';
}

const withoutNumbers = (text: string) => text.replaceAll(/\d+(\.\d+)? (ms|s)\b/g, '<n> $2');

describe('chaosx gameday without a terminal', () => {
  test('asks nobody, so it is refused, and nothing is started', async () => {
    using cli = new CliFolder();
    const { code, stdout, stderr } = await cli.run('gameday', await dayFile(cli, 1));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatchInlineSnapshot(`
      "error: a gameday asks before each round, and there is no terminal to ask on
        hint: run it on a terminal, or give --yes to let the rule decide
      "
    `);
    expect(readdirSync(cli.path)).not.toContain('chaos_results');
  });

  test('with --yes, the rule decides; the exit code is that of the worst round', async () => {
    using cli = new CliFolder();
    await using upstream = await startUpstream();
    const file = await dayFile(cli, upstream.port);
    const { code, stdout, stderr } = await cli.run('gameday', file, '--yes', '--json');
    const results = JSON.parse(stdout) as GamedayResults;
    expect(code).toBe(1);
    expect(
      results.agenda.map(({ scenario, hypothesis, decision, summary }) => [
        scenario,
        hypothesis,
        decision?.by ?? null,
        summary?.verdict ?? null,
      ]),
    ).toEqual([
      ['high_latency', 'The shop answers, even with high_latency', 'automatic', 'held'],
      ['network_partition', 'The shop shows the last known stock', 'automatic', 'deviated'],
    ]);
    expect(withoutNumbers(stderr.split('\n').slice(0, 6).join('\n'))).toMatchInlineSnapshot(`
      "Gameday: Shop
        1  high_latency       severity 3  The shop answers, even with high_latency
        2  network_partition  severity 5  The shop shows the last known stock
        ends on: something left behind, a round that did not recover

        go: nothing was broken yet"
    `);
  });

  test('an agenda of chosen scenarios, each as long as was asked for', async () => {
    using cli = new CliFolder();
    await using upstream = await startUpstream();
    const file = await dayFile(cli, upstream.port);
    const chosen = ['--scenarios', 'packet_loss,high_latency', '--duration', '500ms', '--yes', '--json'];
    const { stdout, stderr } = await cli.run('gameday', file, ...chosen);
    const { agenda } = JSON.parse(stdout) as GamedayResults;
    expect(agenda.map(({ scenario }) => scenario)).toEqual(['high_latency', 'packet_loss']);
    expect(stderr).toContain('high_latency: injected for 500 ms');
  });

  test.each([
    ['an empty agenda', ['--scenarios', ',']],
    ['an unknown scenario', ['--scenarios', 'hi_latency']],
    ['an unknown rule', ['--stop-on', 'rain']],
  ])('%s is refused', async (_, options) => {
    using cli = new CliFolder();
    const { code, stdout, stderr } = await cli.run('gameday', await dayFile(cli, 1), '--yes', ...options);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatchSnapshot();
    expect(readdirSync(cli.path)).not.toContain('chaos_results');
  });
});

// Its options differ elsewhere; util-linux is part of every Linux.
describe.runIf(process.platform === 'linux')('chaosx gameday on a terminal', () => {
  test('asks before each round, takes what else is typed as a note, and ends when told to', async () => {
    using cli = new CliFolder();
    await using upstream = await startUpstream();
    const file = await dayFile(cli, upstream.port);
    using terminal = new PseudoTerminal(cli, 'gameday', file);
    await terminal.answer('go / no-go / stop ›', 'everybody is here\r');
    await terminal.answer('noted', 'go\r');
    await terminal.answer('confirmed active', 'the queue grows\r');
    await terminal.answer('the rule says go: the last round recovered', 'stop: it rains\r');
    expect(await terminal.ended()).toBe(0);
    const [results] = readDays(cli);
    expect(results).toMatchObject({
      verdict: 'held',
      roundsRun: 1,
      stoppedBy: { by: 'person', detail: 'it rains' },
      notes: [{ text: 'everybody is here' }],
      agenda: [
        { decision: { go: true, by: 'person' }, notes: [{ text: 'the queue grows' }] },
        { decision: { go: false, by: 'person', why: 'it rains' } },
      ],
    });
    expect(terminal.text).toContain('during high_latency: the queue grows');
  });

  test('nobody there is no go', async () => {
    using cli = new CliFolder();
    const file = await dayFile(cli, 1);
    using terminal = new PseudoTerminal(cli, 'gameday', file);
    await terminal.answer('go / no-go / stop ›', '\u0004');
    expect(await terminal.ended()).toBe(7);
    expect(readDays(cli)[0]).toMatchObject({
      verdict: 'inconclusive',
      roundsRun: 0,
      agenda: [{ decision: { go: false, by: 'person', why: 'nobody answered' } }, {}],
    });
  });

  test('Ctrl-C in a round reverts and ends the day', async () => {
    using cli = new CliFolder();
    await using upstream = await startUpstream();
    const file = await dayFile(cli, upstream.port);
    using terminal = new PseudoTerminal(cli, 'gameday', file, '--yes', '--duration', '60s');
    await terminal.answer('confirmed active', '\u0003');
    expect(await terminal.ended()).toBe(130);
    expect(terminal.text).toMatch(/high_latency: reverted[\s\S]*clean: nothing of ours is left/);
    expect(readDays(cli)[0]).toMatchObject({
      verdict: 'interrupted',
      roundsRun: 1,
      stoppedBy: { by: 'signal', detail: 'SIGINT' },
    });
  });
});

function readDays(cli: CliFolder): readonly GamedayResults[] {
  const days = join(cli.path, 'chaos_results', 'gameday-shop');
  return readdirSync(days)
    .filter((name) => name !== 'latest')
    .map((name) => JSON.parse(readFileSync(join(days, name, 'results.json'), 'utf8')) as GamedayResults);
}
