import { randomInt } from 'node:crypto';
import { allFaults } from '../faults/all-faults.js';
import { requireConsent } from '../faults/require-consent.js';
import { requireSafe } from '../faults/safety/require-safe.js';
import { newRunId } from '../faults/run-id.js';
import { ChaosError } from '../model/chaos-error.js';
import type { Clock } from '../model/clock.js';
import type { Duration } from '../model/duration.js';
import type { Experiment, StartSpec, TargetSystem } from '../model/experiment.js';
import type { Fault } from '../model/fault.js';
import type { HealthCheck, Probe, ProbeSpec } from '../model/probe.js';
import { systemClock } from '../model/system-clock.js';
import { createProbe } from '../probes/create-probe.js';
import { healthCheckProbe } from '../probes/health-check-probe.js';
import { acceptedByChaosx, isPublished } from '../targets/check-own-network.js';
import { checkStartSpec } from '../targets/check-start-spec.js';
import { parseAddress } from '../targets/parse-address.js';
import { requireNetworkTools } from '../targets/require-network-tools.js';
import { runMark } from '../undo/run-mark.js';
import { type Plan, type PlannedWork, planExperiment } from './plan.js';
import { resolveTarget } from './resolve-target.js';

export interface PrepareOptions {
  /** A probe besides those of the experiment. */
  readonly healthCheck?: HealthCheck | undefined;
  /** Time between two asks of it. Default 1 s. */
  readonly healthCheckEvery?: Duration | undefined;
  /** Further probes, ready to be asked. */
  readonly extraProbes?: readonly Probe[] | undefined;
  /** Stands in where the experiment names none. */
  readonly defaultTarget?: TargetSystem | undefined;
  /** Default: every fault of this package. */
  readonly faults?: readonly Fault[] | undefined;
  readonly clock?: Clock | undefined;
  /** Rules by address may hit every local process that talks there. Default false. */
  readonly allowLocalProcesses?: boolean | undefined;
  /** What the target does once, in place of probes. Default: it is a system that goes on. */
  readonly work?: PlannedWork | undefined;
  /** Goes before the experiment's own seed. */
  readonly seed?: number | undefined;
}

/** A run that can start: everything that could be refused was refused. */
export interface PreparedRun {
  readonly runId: string;
  readonly plan: Plan;
  readonly startSpec: StartSpec | null;
  readonly clock: Clock;
}

/**
 * Checks an experiment and decides everything that can be decided before anything starts.
 *
 * @throws ChaosError for whatever is invalid, unsafe or not supported here: nothing was started
 */
export async function prepareRun(experiment: Experiment, options: PrepareOptions = {}): Promise<PreparedRun> {
  const { target, startSpec } = resolveTarget(experiment.targetSystem, options.defaultTarget);
  if (startSpec !== null) checkStartSpec(startSpec, process.env);
  if (startSpec?.ownNetwork !== undefined) {
    await requireNetworkTools(startSpec.name);
    refuseTcpProbes(experiment.probes, startSpec.ownNetwork.publish);
  }
  const clock = options.clock ?? systemClock;
  const runId = newRunId(clock.wallMs());
  // By the mark, a command that outlives a run that was killed is found and ended.
  const env = { ...process.env, [runMark]: runId };
  const probes = experiment.probes.map((spec) =>
    createProbe(spec, { clock, runId, cwd: startSpec?.cwd, env }),
  );
  if (options.healthCheck !== undefined)
    probes.push(healthCheckProbe(options.healthCheck, options.healthCheckEvery));
  probes.push(...(options.extraProbes ?? []));
  refuseSameNames(probes.map(({ name }) => name));
  const seed = options.seed ?? experiment.seed ?? randomInt(2 ** 31);
  const plan = await planExperiment(experiment, {
    target,
    probes,
    faults: options.faults ?? allFaults,
    seed,
    work: options.work,
  });
  await requireSafe(
    plan.steps.map(({ scenario, fault, planned: { activeMs } }) => ({ scenario, fault, activeMs })),
    target,
    experiment.safety,
  );
  const faults = plan.steps.map(({ fault }) => fault);
  requireConsent(faults, target, plan.localProcesses, options.allowLocalProcesses ?? false);
  return { runId, plan, startSpec, clock };
}

/** A probe of TCP at a published port would only see chaosx, which accepts there for the target. */
function refuseTcpProbes(probes: readonly ProbeSpec[], publish: readonly number[]): void {
  for (const probe of probes) {
    const address = 'tcp' in probe ? parseAddress(probe.tcp) : null;
    if (address === null || !isPublished(address, publish)) continue;
    throw acceptedByChaosx(`the probe ${probe.name}`, address.port);
  }
}

/** Samples are told apart by the probe's name. */
function refuseSameNames(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ChaosError('INVALID_INPUT', `two probes are called ${JSON.stringify(twice)}`, {
      hint: 'give each probe a name of its own',
    });
  }
}
