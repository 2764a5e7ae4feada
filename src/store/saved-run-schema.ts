import { z } from 'zod';
import { campaignKinds } from '../model/campaign-events.js';
import { verdictsWorstFirst } from '../model/verdict.js';

const statuses = [
  'refused',
  'baseline',
  'injecting',
  'recovering',
  'completed',
  'stopped',
  'crashed',
] as const;
const time = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'expected a time');
const common = { seed: z.number(), startedAt: time };
const ended = { durationSeconds: z.number(), verdict: z.enum(verdictsWorstFirst) };

/** What a list needs of the `results.json` of a run, or of a campaign. */
export const savedResultsSchema = z.union([
  z.object({
    experiment: z.string(),
    runId: z.string(),
    status: z.enum(statuses),
    ...common,
    ...ended,
  }),
  z.object({ kind: z.enum(campaignKinds), name: z.string(), campaignId: z.string(), ...common, ...ended }),
]);

/** What it needs of the first event of a run, or of a campaign, that has no results. */
export const savedStartSchema = z.union([
  z.object({ type: z.literal('run-started'), runId: z.string(), experiment: z.string(), ...common }),
  z.object({
    type: z.literal('campaign-started'),
    kind: z.enum(campaignKinds),
    campaignId: z.string(),
    name: z.string(),
    ...common,
  }),
]);
