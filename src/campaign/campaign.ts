import { join } from 'node:path';
import { timeline } from '../judge/timeline.js';
import {
  type CampaignEvent,
  type CampaignEventSink,
  campaignFormatVersion,
  type CampaignKind,
} from '../model/campaign-events.js';
import type { CampaignResults } from '../model/campaign-results.js';
import type { Clock } from '../model/clock.js';
import { decisions } from '../model/decide.js';
import type { EventSink } from '../model/events.js';
import type { Experiment } from '../model/experiment.js';
import type { Results } from '../model/results.js';
import type { RoundSummary } from '../model/round-summary.js';
import type { Severity } from '../model/scenario.js';
import { executeRun } from '../orchestrator/execute-run.js';
import { packageVersion } from '../orchestrator/package-version.js';
import { type PrepareOptions, prepareRun } from '../orchestrator/prepare-run.js';
import { type CampaignFolder, createCampaignFolder, openCampaignFolder } from '../store/campaign-folder.js';
import { roundSignal } from './round-signal.js';
import { summarizeRound } from './summarize-round.js';

export interface CampaignOptions {
  readonly kind: CampaignKind;
  readonly name: string;
  readonly target: string;
  readonly hypothesis: string;
  readonly seed: number;
  /** What was asked for, as plain JSON. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Where campaigns are kept; null keeps nothing. */
  readonly resultsDirectory: string | null;
  /** Where undo journals live. Default: the user's state directory. */
  readonly stateDirectory?: string | undefined;
  readonly clock: Clock;
  readonly onEvent?: CampaignEventSink | undefined;
  /** Told the events of each run. */
  readonly onRunEvent?: EventSink | undefined;
  /** Told when a round has ended, with its folder, null when it is not kept; the next one waits for it, so that it disturbs no fault. */
  readonly onRoundEnded?: ((folder: string | null) => Promise<void>) | undefined;
  /** How a prepared run is run. Default: on this machine. */
  readonly execute?: typeof executeRun | undefined;
}

/** Where an earlier process left a campaign. */
export interface CampaignPosition {
  /** Its folder. */
  readonly path: string;
  /** ISO 8601, of its first start. */
  readonly startedAt: string;
  /** Of its last event. */
  readonly t: number;
}

/** More things that go wrong beside the rounds than these are not kept: a campaign may run for weeks. */
const mostMishaps = 100;

/** One run of a campaign. */
export interface Round {
  /** From 0. */
  readonly number: number;
  /** For people, and for its folder. */
  readonly name: string;
  readonly severity: Severity | null;
  readonly hypothesis: string;
  readonly experiment: Experiment;
  /** Rounds with the same one have the same seed. Default: its number. */
  readonly seedNumber?: number | undefined;
  /** What the run needs besides; the seed comes from the campaign's. */
  readonly prepare: Omit<PrepareOptions, 'seed' | 'clock'>;
  /** The experiment file, kept beside the results: without secrets. */
  readonly experimentText?: string | undefined;
  /** Adds to its summary what events do not tell. */
  readonly complete?: ((summary: RoundSummary, results: Results) => RoundSummary) | undefined;
}

type WithoutTime<Event> = Event extends CampaignEvent ? Omit<Event, 't'> : never;

/**
 * A run of runs: one folder, one event at each turn, one run after the other. What its rounds mean is for the kind of
 * campaign to say, in a fold over its events.
 */
export class Campaign implements AsyncDisposable {
  readonly #options: CampaignOptions;
  readonly #folder: CampaignFolder | null;
  readonly #startedAtMs: number;
  #isLost = false;
  /** What went wrong beside the rounds, none of which changed a verdict: storage that failed, a listener that threw. */
  readonly mishaps: unknown[];

  /** @param startedAtMs - on the options' clock; earlier than now when a campaign goes on after a restart */
  constructor(
    options: CampaignOptions,
    folder: CampaignFolder | null,
    startedAtMs: number,
    mishaps: unknown[] = [],
  ) {
    this.#options = options;
    this.#folder = folder;
    this.#startedAtMs = startedAtMs;
    this.mishaps = mishaps;
  }

  /**
   * Opens its folder and says that it started.
   *
   * @throws ChaosError STORAGE_FAILED when the folder cannot be created: nothing was started
   */
  static async start(options: CampaignOptions): Promise<Campaign> {
    const { kind, name, target, hypothesis, seed, settings, resultsDirectory, clock } = options;
    const startedAt = new Date(clock.wallMs());
    const mishaps: unknown[] = [];
    const onError = (error: unknown) => void mishaps.push(error);
    const folder =
      resultsDirectory === null
        ? null
        : await createCampaignFolder({ resultsDirectory, name, startedAt, onError });
    const campaign = new Campaign(options, folder, clock.nowMs(), mishaps);
    campaign.emit({
      type: 'campaign-started',
      formatVersion: campaignFormatVersion,
      kind,
      campaignId: `${kind}-${startedAt.toISOString().replaceAll(/[:.]/g, '-')}`,
      name,
      target,
      hypothesis,
      seed,
      startedAt: startedAt.toISOString(),
      settings,
      environment: {
        chaosx: packageVersion(),
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
      },
    });
    return campaign;
  }

  /**
   * Goes on with a campaign of an earlier process in its folder. Its time counts from its first start, by the wall
   * clock.
   *
   * @throws ChaosError STORAGE_FAILED when its folder cannot be written: nothing was started
   */
  static async resume(options: CampaignOptions, { path, startedAt, t }: CampaignPosition): Promise<Campaign> {
    const { clock } = options;
    const mishaps: unknown[] = [];
    const folder = await openCampaignFolder(path, { onError: (error) => void mishaps.push(error) });
    // A wall clock that was set back must not let the campaign's time run backwards.
    const passedMs = Math.max(t, clock.wallMs() - Date.parse(startedAt));
    const campaign = new Campaign(options, folder, clock.nowMs() - passedMs, mishaps);
    campaign.emit({ type: 'campaign-resumed', resumedAt: new Date(clock.wallMs()).toISOString() });
    return campaign;
  }

  /** Milliseconds since the campaign's first start. */
  now(): number {
    return this.#options.clock.nowMs() - this.#startedAtMs;
  }

  /** Absolute; null when nothing is kept, or the results could not be. */
  get path(): string | null {
    return this.#isLost ? null : (this.#folder?.path ?? null);
  }

  emit(event: WithoutTime<CampaignEvent>): void {
    const timed = { ...event, t: this.now() } as CampaignEvent;
    this.#folder?.append(timed);
    try {
      this.#options.onEvent?.(timed);
    } catch (error) {
      this.#note([error]);
    }
  }

  /**
   * Runs one round to its end: reverted, judged, written, and summed up in one event.
   *
   * @throws ChaosError when the round is refused (invalid, unsafe, not supported here): nothing was started
   */
  async runRound(round: Round, signal: AbortSignal): Promise<RoundSummary> {
    const { seed, clock, stateDirectory, onRunEvent, onRoundEnded } = this.#options;
    const { number, name, severity, hypothesis, experiment, experimentText } = round;
    const prepared = await prepareRun(experiment, {
      ...round.prepare,
      clock,
      seed: Math.floor(decisions(seed)('round', 'seed', round.seedNumber ?? number) * 2 ** 31),
    });
    const folder = this.#folder?.roundFolder(number, name) ?? null;
    this.emit({ type: 'round-started', round: number, name, severity, hypothesis });
    let line = timeline.init();
    const samples = { offered: 0, failed: 0 };
    const { execute = executeRun } = this.#options;
    using own = roundSignal(signal);
    const executed = await execute(prepared, {
      resultsDirectory: null,
      folderPath: folder === null || this.path === null ? undefined : join(this.path, folder),
      stateDirectory,
      signal: own.signal,
      onEvent: (event) => {
        line = timeline.step(line, event);
        if (event.type === 'sample') {
          samples.offered += 1;
          if (event.outcome !== 'passed') samples.failed += 1;
        }
        onRunEvent?.(event);
      },
      experimentText,
    });
    this.#note(executed.mishaps);
    const keptIn = executed.folder === null ? null : folder;
    const { results } = executed;
    const { complete = (each: RoundSummary) => each } = round;
    const summary = complete(summarizeRound(results, timeline.result(line), samples, keptIn), results);
    this.emit({ type: 'round-ended', round: number, summary });
    await onRoundEnded?.(executed.folder).catch((error: unknown) => this.#note([error]));
    return summary;
  }

  /** Removes the folder of a round that ended; a disk that fails is a mishap. */
  async removeRound(folder: string): Promise<void> {
    await this.#folder?.removeRound(folder).catch((error: unknown) => this.#note([error]));
  }

  /** Keeps what the campaign showed; a disk that fails is a mishap, not a verdict. */
  async writeResults(results: CampaignResults): Promise<void> {
    try {
      await this.#folder?.writeResults(results);
    } catch (error) {
      this.#isLost = true;
      this.#note([error]);
    }
  }

  #note(mishaps: readonly unknown[]): void {
    this.mishaps.push(...mishaps.slice(0, Math.max(0, mostMishaps - this.mishaps.length)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder?.[Symbol.asyncDispose]();
  }
}
