import { resolve } from 'node:path';
import type { CompareSettings } from '../judge/comparison/compare-settings.js';
import type { CompareResults } from '../model/campaign-results.js';
import { ChaosError } from '../model/chaos-error.js';
import type { Margins, Side } from '../model/comparison.js';
import type { Experiment } from '../model/experiment.js';
import { prepareRun } from '../orchestrator/prepare-run.js';
import { buildRevision } from '../revisions/build-revision.js';
import { openCheckouts } from '../revisions/checkouts.js';
import { experimentIn, type Place, requireInBoth } from '../revisions/experiment-in.js';
import { findRepository, findRevision, type Revision } from '../revisions/repository.js';
import type { CampaignOutcome } from './campaign-outcome.js';
import type { CampaignRun } from './campaign-run.js';
import { type ComparedExperiment, runCompare } from './run-compare.js';

export interface RevisionsRun extends Pick<CampaignRun, 'prepare' | 'campaign' | 'signal'> {
  /** A folder in the repository. */
  readonly repository: string;
  readonly base: string;
  readonly head: string;
  /** For `/bin/sh -c` in each checkout; null: nothing is to be built. */
  readonly build: string | null;
  readonly experiments: readonly { readonly experiment: Experiment; readonly text?: string | undefined }[];
  /** Runs of each experiment on each side; five or more decide. */
  readonly times: number;
  readonly margins: Margins;
  /** Told what is being done before the first run. */
  readonly onStep?: ((text: string) => void) | undefined;
}

/**
 * Checks two revisions out, builds them, and runs the same experiments on both. The user's working tree, index and refs are
 * not touched; the checkouts are gone afterwards, however it ends.
 *
 * @throws ChaosError INVALID_INPUT for a revision that does not exist, a folder in no repository, a target that cannot be started
 * out of a checkout, or that one revision alone has; and as `runRepeat`: nothing was started
 */
export async function compareRevisions(options: RevisionsRun): Promise<CampaignOutcome<CompareResults>> {
  const { experiments, signal, prepare, campaign, margins, times } = options;
  const repository = await findRepository(resolve(options.repository), signal);
  const base = await findRevision(repository, options.base, signal);
  const head = await findRevision(repository, options.head, signal);
  const plans = await Promise.all(
    experiments.map(({ experiment }) => prepareRun(experiment, { ...prepare, seed: campaign.seed })),
  );
  const [first] = experiments;
  if (first === undefined)
    throw new ChaosError('MISSING_INPUT', 'expected at least one experiment, got none', {
      hint: 'name the files of experiments',
    });
  const settings: Omit<CompareSettings, 'order'> = {
    base: { label: base.label, commit: base.commit },
    head: { label: head.label, commit: head.commit },
    margins,
    same: sameText(base, head),
    notes: [],
  };
  const run = (pairs: readonly ComparedExperiment[], stopped?: string) =>
    runCompare({
      name: experiments.map(({ experiment }) => experiment.name).join(', '),
      target: [...new Set(plans.map(({ plan }) => plan.target.name))].join(', '),
      hypothesis: first.experiment.steadyStateHypothesis,
      experiments: pairs,
      times,
      settings,
      prepare,
      campaign,
      stopped: stopped === undefined ? undefined : { by: 'build', detail: stopped },
      signal,
    });
  if (settings.same !== null) return run([]);
  try {
    await using checkouts = await openCheckouts(repository, signal);
    const places: Place[] = [];
    for (const [side, revision] of Object.entries({ base, head }) as [Side, Revision][]) {
      const checkout = await checkouts.add(side, revision);
      places.push({ side, label: revision.label, checkout });
      const failed = await builtOrWhy(side, revision, checkout, options);
      if (failed !== null) return await run([], failed);
    }
    return await run(await pairsOf(options, repository.path, places));
  } catch (error) {
    // A person who stops a build gets the same answer as one who stops a run.
    if (signal.aborted && error === signal.reason) return run([]);
    throw error;
  }
}

async function pairsOf(
  { experiments, prepare, campaign }: RevisionsRun,
  repository: string,
  [base, head]: readonly Place[],
): Promise<readonly ComparedExperiment[]> {
  const pairs: ComparedExperiment[] = [];
  for (const { experiment, text } of experiments) {
    if (base === undefined || head === undefined) continue;
    const pair = {
      base: experimentIn(experiment, repository, base),
      head: experimentIn(experiment, repository, head),
      text,
    };
    requireInBoth([pair.base, base], [pair.head, head]);
    for (const side of [pair.base, pair.head]) await prepareRun(side, { ...prepare, seed: campaign.seed });
    pairs.push(pair);
  }
  return pairs;
}

/** null: both differ in at least one file. */
function sameText(base: Revision, head: Revision): string | null {
  if (base.commit === head.commit)
    return `${base.label} and ${head.label} are the same commit, ${base.commit}`;
  if (base.tree === head.tree)
    return `${base.label} and ${head.label} have the same files, tree ${base.tree}`;
  return null;
}

/** null: it is built. */
async function builtOrWhy(
  side: Side,
  { label, commit }: Revision,
  checkout: string,
  { build, onStep, signal }: RevisionsRun,
): Promise<string | null> {
  if (build === null) return null;
  onStep?.(`building ${side} (${label}, ${commit.slice(0, 10)}): ${build}`);
  const built = await buildRevision(checkout, build, signal);
  if (built.ok) return null;
  return `${side} (${label}) does not build: ${build} ended with ${built.how}\n${built.lastLines.join('\n')}`;
}
