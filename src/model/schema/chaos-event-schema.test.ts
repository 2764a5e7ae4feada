import { expect, test } from 'vitest';
import type { ChaosEvent } from '../events.js';
import { chaosEventSchema } from './chaos-event-schema.js';

const facts = { id: 'r-1', runId: 'r', bootId: 'b', expiresAt: 9 };
const process = { pid: 7, startTime: '123' };

const handler = {
  file: 'src/a.js',
  line: 3,
  column: 5,
  kind: 'catch-block',
  told: true,
  ran: 2,
  swallowed: 1,
  injected: 1,
} as const;

/** At least one event of every type; `satisfies` below keeps the list whole. */
const one: { readonly [K in ChaosEvent['type']]: Extract<ChaosEvent, { type: K }> } = {
  'run-started': {
    type: 'run-started',
    t: 0,
    formatVersion: 1,
    runId: 'r',
    experiment: 'e',
    description: '',
    target: 'shop',
    hypothesis: '',
    seed: 1,
    startedAt: '2026-11-23T00:00:00.000Z',
    scenarios: [
      {
        name: 'high_latency',
        type: 'NETWORK_LATENCY',
        category: 'network',
        description: '',
        severity: 3,
        backend: 'proxy',
        activeMs: 1,
        probability: 1,
        parameters: { latencyMs: [1, 2] },
        targetComponents: ['db'],
        replayable: true,
      },
    ],
    probes: [{ name: 'p', everyMs: 1, timeoutMs: 2 }],
    criteria: { maxErrorRate: 0.05, maxDowntime: '10s' },
    abortWhen: { consecutiveFailures: 3 },
    baselineMs: 1,
    holdMs: 1,
    maxRecoveryWaitMs: 1,
    environment: { chaosx: '0', node: '20', platform: 'linux' },
  },
  'phase-entered': { type: 'phase-entered', t: 1, phase: 'baseline', plannedMs: null, scenario: null },
  'target-ready': { type: 'target-ready', t: 1, tookMs: 3.5 },
  'target-failed': { type: 'target-failed', t: 1, reason: 'exited', lastOutput: ['x'] },
  sample: {
    type: 'sample',
    t: 1,
    probe: 'p',
    intendedAt: 0,
    latencyMs: 1,
    outcome: 'failed',
    attempt: 0,
    detail: 'x',
  },
  'baseline-ended': { type: 'baseline-ended', t: 1, held: true },
  'scenario-skipped': { type: 'scenario-skipped', t: 1, scenario: 0, why: 'not-triggered' },
  'fault-prepared': {
    type: 'fault-prepared',
    t: 1,
    scenario: 0,
    receipt: { ...facts, kind: 'proxy', directory: '/tmp/x', process },
  },
  'fault-failed': {
    type: 'fault-failed',
    t: 1,
    scenario: 0,
    stage: 'inject',
    code: 'INJECTION_FAILED',
    message: 'm',
  },
  'fault-injected': { type: 'fault-injected', t: 1, scenario: 0 },
  'fault-checked': {
    type: 'fault-checked',
    t: 1,
    scenario: 0,
    when: 'last',
    evidence: {
      active: 'yes',
      measured: { quantity: 'round trip', unit: 'ms', baseline: 1, during: null, expected: 'none' },
      exposure: { kind: 'counted', n: 3, what: 'connections' },
      details: [{ title: 'What was corrupted', columns: ['from', 'to'], rows: [['1', '2']], more: 4 }],
    },
  },
  'decision-fired': {
    type: 'decision-fired',
    t: 1,
    scenario: 0,
    rule: 'r',
    site: 's',
    n: 0,
    effect: 'throw',
  },
  'decisions-counted': { type: 'decisions-counted', t: 1, scenario: 0, fired: 2, bySite: { s: 2 } },
  'abort-condition-met': { type: 'abort-condition-met', t: 1, scenario: null, condition: 'c', observed: 'o' },
  'revert-started': { type: 'revert-started', t: 1, scenario: 0 },
  'fault-reverted': { type: 'fault-reverted', t: 1, scenario: 0, ok: false, message: 'm' },
  'aftermath-checked': { type: 'aftermath-checked', t: 1, scenario: 0, back: 'no', after: null },
  'recovery-ended': { type: 'recovery-ended', t: 1, scenario: 0, recovered: false, recoveryMs: null },
  'criteria-answered': { type: 'criteria-answered', t: 1, held: false, error: 'e' },
  'handlers-ran': { type: 'handlers-ran', t: 1, scenarios: [0], handlers: [handler], more: 1 },
  'handlers-found': {
    type: 'handlers-found',
    t: 1,
    handlers: [handler],
    more: 0,
    outOfReach: [{ file: 'src/b.js', reason: 'it cannot be parsed' }],
    failed: 'there is no agent in the target',
  },
  'run-stopped': { type: 'run-stopped', t: 1, by: 'signal', detail: 'SIGINT' },
  'clean-exit-checked': { type: 'clean-exit-checked', t: 1, clean: true, checked: ['a'], leftovers: [] },
  'run-ended': { type: 'run-ended', t: 1, status: 'completed' },
};

test.each(Object.values(one))('reads back $type as it was written', (event) => {
  expect(chaosEventSchema.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
});

test('reads every kind of receipt', () => {
  const receipts = [
    { ...facts, kind: 'patch', process, sites: ['db.query'] },
    { ...facts, kind: 'toxic', controlPath: '/s', toxicId: 't', routes: ['db'] },
    { ...facts, kind: 'proxy', directory: '/tmp/x' },
    { ...facts, kind: 'started-process', program: 'node', process },
  ];
  for (const receipt of receipts) {
    const event = { type: 'fault-prepared', t: 1, scenario: 0, receipt };
    expect(chaosEventSchema.parse(event)).toEqual(event);
  }
});

test.each(Object.values(one))('refuses $type with a key missing or a key too many', (event) => {
  const optional = ['detail', 'error', 'message', 'failed'];
  for (const key of Object.keys(event).filter(
    (name) => !optional.includes(name) || event.type === 'fault-failed',
  )) {
    const rest = Object.fromEntries(Object.entries(event).filter(([name]) => name !== key));
    expect(chaosEventSchema.safeParse(rest).success, `without ${key}`).toBe(false);
  }
  expect(chaosEventSchema.safeParse({ ...event, surprise: 1 }).success).toBe(false);
});

test('refuses a newer format and receipts with something to execute', () => {
  expect(chaosEventSchema.safeParse({ ...one['run-started'], formatVersion: 2 }).success).toBe(false);
  const receipt = { ...facts, kind: 'proxy', directory: '/tmp/x', command: 'rm' };
  expect(chaosEventSchema.safeParse({ ...one['fault-prepared'], receipt }).success).toBe(false);
});
