import { z } from 'zod';
import { type ChaosEvent, eventFormatVersion, type PlannedScenario } from '../events.js';
import { ChaosScenarioType } from '../scenario-type.js';
import { abortConditionsSchema } from './abort-conditions-schema.js';
import { comparedThingsSchema } from './compared-things-schema.js';
import { evidenceSchema } from './evidence-schema.js';
import { handlerPlaceFields } from './handler-place-fields.js';
import { matching } from './matching.js';
import { receiptSchema } from './receipt-schema.js';
import { successCriteriaSchema } from './success-criteria-schema.js';

const index = z.int().min(0);
const at = { t: z.number() };
const ofScenario = { ...at, scenario: index };

const plannedScenarioSchema = matching<PlannedScenario>()(
  z.strictObject({
    name: z.string(),
    type: z.enum(ChaosScenarioType),
    category: z.enum(['network', 'resource', 'application', 'state', 'time']),
    description: z.string(),
    severity: z.number(),
    backend: z.enum(['in-process', 'agent', 'proxy', 'process', 'kernel', 'host']),
    activeMs: z.number(),
    probability: z.number(),
    parameters: z.record(z.string(), z.unknown()),
    targetComponents: z.array(z.string()),
    replayable: z.boolean(),
  }),
);

const runStarted = z.strictObject({
  type: z.literal('run-started'),
  ...at,
  formatVersion: z.literal(eventFormatVersion),
  runId: z.string(),
  experiment: z.string(),
  description: z.string(),
  target: z.string(),
  hypothesis: z.string(),
  seed: z.number(),
  startedAt: z.string(),
  scenarios: z.array(plannedScenarioSchema),
  probes: z.array(z.strictObject({ name: z.string(), everyMs: z.number(), timeoutMs: z.number() })),
  criteria: z.xor([successCriteriaSchema, z.literal('function')]),
  abortWhen: abortConditionsSchema.nullable(),
  baselineMs: z.number(),
  holdMs: z.number(),
  maxRecoveryWaitMs: z.number(),
  requestTag: z.string().exactOptional(),
  environment: z.strictObject({ chaosx: z.string(), node: z.string(), platform: z.string() }),
});

const handlerCountSchema = z.strictObject({
  ...handlerPlaceFields,
  told: z.boolean(),
  ran: index,
  swallowed: index,
  injected: index,
});

const ofRun = [
  z.strictObject({
    type: z.literal('phase-entered'),
    ...at,
    phase: z.enum(['starting', 'baseline', 'injecting', 'active', 'reverting', 'recovering', 'ending']),
    plannedMs: z.number().nullable(),
    scenario: index.nullable(),
  }),
  z.strictObject({ type: z.literal('target-ready'), ...at, tookMs: z.number() }),
  z.strictObject({
    type: z.literal('target-failed'),
    ...at,
    reason: z.string(),
    lastOutput: z.array(z.string()),
  }),
  z.strictObject({
    type: z.literal('sample'),
    ...at,
    probe: z.string(),
    intendedAt: z.number(),
    latencyMs: z.number(),
    outcome: z.enum(['passed', 'failed', 'timeout', 'overrun']),
    attempt: index,
    detail: z.string().exactOptional(),
    harvest: z.number().min(0).max(1).exactOptional(),
  }),
  z.strictObject({
    type: z.literal('baseline-ended'),
    ...at,
    held: z.boolean(),
    detail: z.string().exactOptional(),
    lastOutput: z.array(z.string()).exactOptional(),
  }),
  z.strictObject({
    type: z.literal('abort-condition-met'),
    ...at,
    scenario: index.nullable(),
    condition: z.string(),
    observed: z.string(),
  }),
  z.strictObject({
    type: z.literal('criteria-answered'),
    ...at,
    held: z.boolean(),
    error: z.string().exactOptional(),
  }),
  z.strictObject({
    type: z.literal('handlers-ran'),
    ...at,
    scenarios: z.array(index),
    handlers: z.array(handlerCountSchema),
    more: index,
  }),
  z.strictObject({
    type: z.literal('handlers-found'),
    ...at,
    handlers: z.array(handlerCountSchema),
    more: index,
    outOfReach: z.array(z.strictObject({ file: z.string(), reason: z.string() })),
    failed: z.string().exactOptional(),
  }),
  z.strictObject({
    type: z.literal('run-stopped'),
    ...at,
    by: z.enum(['signal', 'caller', 'abort-condition', 'error']),
    detail: z.string(),
  }),
  z.strictObject({
    type: z.literal('clean-exit-checked'),
    ...at,
    clean: z.boolean(),
    checked: z.array(z.string()),
    leftovers: z.array(z.string()),
    compared: comparedThingsSchema.exactOptional(),
  }),
  z.strictObject({
    type: z.literal('run-ended'),
    ...at,
    status: z.enum(['refused', 'baseline', 'injecting', 'recovering', 'completed', 'stopped', 'crashed']),
  }),
] as const;

const ofOneScenario = [
  z.strictObject({
    type: z.literal('scenario-skipped'),
    ...ofScenario,
    why: z.enum(['not-triggered', 'earlier-scenario', 'stopped', 'not-steady']),
  }),
  z.strictObject({ type: z.literal('fault-prepared'), ...ofScenario, receipt: receiptSchema }),
  z.strictObject({
    type: z.literal('fault-failed'),
    ...ofScenario,
    stage: z.enum(['prepare', 'inject', 'check']),
    code: z.string(),
    message: z.string(),
  }),
  z.strictObject({ type: z.literal('fault-injected'), ...ofScenario }),
  z.strictObject({
    type: z.literal('fault-checked'),
    ...ofScenario,
    when: z.enum(['first', 'periodic', 'last']),
    evidence: evidenceSchema,
  }),
  z.strictObject({
    type: z.literal('decision-fired'),
    ...ofScenario,
    rule: z.string(),
    site: z.string(),
    n: index,
    effect: z.string(),
  }),
  z.strictObject({
    type: z.literal('decisions-counted'),
    ...ofScenario,
    fired: index,
    bySite: z.record(z.string(), z.number()),
  }),
  z.strictObject({ type: z.literal('revert-started'), ...ofScenario }),
  z.strictObject({
    type: z.literal('fault-reverted'),
    ...ofScenario,
    ok: z.boolean(),
    message: z.string().exactOptional(),
  }),
  z.strictObject({
    type: z.literal('aftermath-checked'),
    ...ofScenario,
    back: z.enum(['yes', 'no', 'unknown']),
    after: z.number().nullable(),
  }),
  z.strictObject({
    type: z.literal('recovery-ended'),
    ...ofScenario,
    recovered: z.boolean(),
    recoveryMs: z.number().nullable(),
  }),
] as const;

/** One line of `events.jsonl`. */
export const chaosEventSchema = matching<ChaosEvent>()(
  z.discriminatedUnion('type', [runStarted, ...ofRun, ...ofOneScenario], {
    error: 'an event of this version',
  }),
);
