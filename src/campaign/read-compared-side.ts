import { dirname, join } from 'node:path';
import { judge } from '../judge/judge.js';
import { timeline } from '../judge/timeline.js';
import { ChaosError } from '../model/chaos-error.js';
import type { PlannedScenario, RunStarted } from '../model/events.js';
import type { RoundSummary } from '../model/round-summary.js';
import { findCampaignFile } from '../store/find-campaign-file.js';
import { findRun } from '../store/find-run.js';
import { readCampaignEvents } from '../store/read-campaign-events.js';
import { readEvents } from '../store/read-events.js';
import { summarizeRound } from './summarize-round.js';

/** The runs of one side of a comparison, as they were kept. */
export interface ReadSide {
  /** As it was asked for. */
  readonly label: string;
  readonly target: string;
  readonly hypothesis: string;
  readonly name: string;
  readonly seed: number;
  /** Their folders are absolute. */
  readonly rounds: readonly RoundSummary[];
  /** What was to be injected, by the name of the scenario, as far as its runs were kept. */
  readonly planned: ReadonlyMap<string, PlannedScenario>;
  readonly notes: readonly string[];
}

/**
 * Reads the runs that a person means by a path: one run, or all of a campaign.
 *
 * @throws ChaosError INVALID_INPUT when there are none, or they are a comparison themselves; STORAGE_FAILED
 */
export async function readComparedSide(path: string): Promise<ReadSide> {
  const campaign = await findCampaignFile(path);
  return campaign === null ? readRun(path, await findRun(path)) : readCampaign(path, campaign);
}

async function readRun(label: string, file: string): Promise<ReadSide> {
  let judged = judge.init();
  let line = timeline.init();
  let started: RunStarted | null = null;
  const samples = { offered: 0, failed: 0 };
  for await (const event of readEvents(file)) {
    judged = judge.step(judged, event);
    line = timeline.step(line, event);
    if (event.type === 'run-started') started = event;
    if (event.type !== 'sample') continue;
    samples.offered += 1;
    if (event.outcome !== 'passed') samples.failed += 1;
  }
  // Without a first event judging it has thrown.
  const results = judge.result(judged);
  return {
    label,
    target: started?.target ?? '',
    hypothesis: started?.hypothesis ?? '',
    name: results.experiment,
    seed: results.seed,
    rounds: [summarizeRound(results, timeline.result(line), samples, dirname(file))],
    planned: plannedOf(started),
    notes: [],
  };
}

async function readCampaign(label: string, file: string): Promise<ReadSide> {
  const rounds: RoundSummary[] = [];
  const planned = new Map<string, PlannedScenario>();
  let side = { target: '', hypothesis: '', name: label, seed: 0 };
  let ended = false;
  for await (const event of readCampaignEvents(file)) {
    ended = event.type === 'campaign-ended';
    if (event.type === 'campaign-started') {
      if (event.kind === 'compare') {
        throw new ChaosError('INVALID_INPUT', `${label}: expected the runs of one system, got a comparison`, {
          hint: 'give the folder of `chaosx run --repeat` or `chaosx test`',
        });
      }
      const { target, hypothesis, name, seed } = event;
      side = { target, hypothesis, name, seed };
    }
    if (event.type !== 'round-ended') continue;
    const { summary } = event;
    const folder = summary.folder === null ? null : join(dirname(file), summary.folder);
    rounds.push({ ...summary, folder });
    if (folder === null || summary.scenarios.every(({ name }) => planned.has(name))) continue;
    for (const [name, plan] of plannedOf(await firstEvent(folder))) planned.set(name, plan);
  }
  const notes = ended
    ? []
    : [`${label}: did not end in order; its ${rounds.length} runs so far are compared`];
  return { label, ...side, rounds, planned, notes };
}

/** null when the run was not kept, or was removed. */
async function firstEvent(folder: string): Promise<RunStarted | null> {
  try {
    for await (const event of readEvents(join(folder, 'events.jsonl')))
      return event.type === 'run-started' ? event : null;
  } catch {
    // Its summary is enough to compare it.
  }
  return null;
}

function plannedOf(started: RunStarted | null): ReadonlyMap<string, PlannedScenario> {
  return new Map((started?.scenarios ?? []).map((scenario) => [scenario.name, scenario]));
}
