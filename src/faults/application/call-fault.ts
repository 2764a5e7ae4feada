import { type CallRule, openCallRule } from '../../interpose/call-rule.js';
import type { CallSite } from '../../interpose/find-call-sites.js';
import { fileHandles } from '../../interpose/file-handles.js';
import { sitesForEffect } from '../../interpose/platform-sites.js';
import { requestTag } from '../../interpose/request-tags.js';
import { thisProcess } from '../../interpose/this-process.js';
import { ChaosError } from '../../model/chaos-error.js';
import { toMs } from '../../model/duration.js';
import type { ActiveFault, Fault, FaultContext, Support } from '../../model/fault.js';
import type { PatchReceipt, Receipt } from '../../model/receipt.js';
import type { Scenario } from '../../model/scenario.js';
import type { CallSelection } from '../../model/scenario-parameters.js';
import type { Target } from '../../model/target.js';
import { callEvidence, withTags, type CallFaultKind, type CallFaultType } from './call-fault-kind.js';
import { chooseInReach } from './choose-in-reach.js';
import { type ChosenSites, chooseSites } from './choose-sites.js';

/** A fault on the functions of components of this process. It dies with the process. */
export function callFault<T extends CallFaultType>(kind: CallFaultKind<T>): Fault<T> {
  return {
    type: kind.type,
    backend: 'in-process',
    survives: 'process',
    async supports(scenario, target) {
      return support(kind, scenario, target);
    },
    async prepare(scenario, context) {
      context.signal.throwIfAborted();
      await fileHandles.areKnown();
      kind.effect(scenario.parameters);
      const { runId, injectionId: id, bootId, expiresAt, target } = context;
      // Functions of the platform that do the same have one name.
      const sites = [...new Set(sitesOf(kind, scenario, target).map((site) => site.name))];
      return { kind: 'patch', id, runId, bootId, expiresAt, process: thisProcess(), sites };
    },
    async inject(scenario, receipt, context) {
      context.signal.throwIfAborted();
      return activate(kind, scenario, patchReceipt(receipt), context);
    },
  };
}

function support<T extends CallFaultType>(
  kind: CallFaultKind<T>,
  scenario: Scenario<T>,
  target: Target,
): Support {
  if (!isInReach(kind, target)) {
    const reason = `its functions are out of reach: in-process ${scenario.name} needs objects of this process (inProcessTarget)`;
    return { supported: false, reason };
  }
  const refused = kind.refuse?.(scenario, target) ?? null;
  if (refused !== null) return { supported: false, reason: refused };
  kind.effect(scenario.parameters);
  const chosen = choose(kind, scenario, target);
  return chosen.ok ? { supported: true } : { supported: false, reason: chosen.reason };
}

type Reachable = Exclude<Target, { kind: 'started' | 'running' | 'address' | 'fronted' }>;

function isInReach({ onPlatform }: { readonly onPlatform: boolean }, target: Target): target is Reachable {
  return target.kind === 'objects' || (target.kind === 'this-process' && onPlatform);
}

function choose<T extends CallFaultType>(
  kind: CallFaultKind<T>,
  scenario: Scenario<T>,
  target: Reachable,
): ChosenSites {
  const { onPlatform, onComponents = true } = kind;
  const effect = kind.effect(scenario.parameters);
  const reach = effect.reach?.(target.kind === 'objects');
  if (reach !== undefined)
    return chooseInReach(reach, target, scenario.targetComponents, selectionOf(scenario));
  const platform = onPlatform ? sitesForEffect(effect) : [];
  const within = onComponents ? target : { kind: 'this-process' as const, name: target.name };
  const chosen = chooseSites(within, scenario.targetComponents, selectionOf(scenario), platform);
  if (!chosen.ok || effect.adapt === undefined) return chosen;
  const sites = chosen.sites.flatMap((site) => effect.adapt?.(site) ?? []);
  if (sites.length > 0) return { ok: true, sites };
  return { ok: false, reason: kind.nothingFound ?? 'nothing there can be hit' };
}

function sitesOf<T extends CallFaultType>(
  kind: CallFaultKind<T>,
  scenario: Scenario<T>,
  target: Target,
): readonly CallSite[] {
  const chosen = isInReach(kind, target)
    ? choose(kind, scenario, target)
    : { ok: false as const, reason: `${target.name} is not of this process` };
  if (chosen.ok) return chosen.sites;
  throw new ChaosError('UNSUPPORTED_SCENARIO', `${scenario.name} cannot be made: ${chosen.reason}`, {
    hint: 'change `targetComponents` or `methods`, or the objects that the target is made of',
  });
}

function selectionOf<T extends CallFaultType>(scenario: Scenario<T>): CallSelection {
  return scenario.parameters;
}

function patchReceipt(receipt: Receipt): PatchReceipt {
  if (receipt.kind === 'patch') return receipt;
  throw new ChaosError('INTERNAL', `expected the receipt of a patch, got one of kind ${receipt.kind}`);
}

function activate<T extends CallFaultType>(
  kind: CallFaultKind<T>,
  scenario: Scenario<T>,
  receipt: PatchReceipt,
  context: FaultContext,
): ActiveFault {
  const { parameters } = scenario;
  const effect = kind.effect(parameters);
  let [felt, feltMs] = [0, 0];
  // Only what the receipt names is touched, whatever the components have become since.
  const sites = sitesOf(kind, scenario, context.target).filter((site) => receipt.sites.includes(site.name));
  const left = new Set(sites.map(({ name }) => name)).size;
  if (left < receipt.sites.length) {
    throw new ChaosError(
      'INJECTION_FAILED',
      `${receipt.sites.length} functions were to be patched, ${left} are left`,
      {
        hint: 'the components changed after they were looked at: give the fault components that stay',
      },
    );
  }
  const rule = openCallRule({
    name: scenario.name,
    sites,
    selection: selectionOf(scenario),
    effect,
    activeMs: toMs(scenario.duration),
    tag: requestTag(context.runId),
    decide: context.decide,
    clock: context.clock,
    fired: context.fired,
    onOutcome: (outcome) => {
      if (!effect.isFelt(outcome)) return;
      felt += 1;
      feltMs += outcome.tookMs;
    },
  });
  return {
    async check(signal) {
      signal.throwIfAborted();
      rule.checkProblems();
      const counts = totals(rule);
      const seen = { ...counts, ...effect.look?.(), waits: effect.waits?.() ?? [], felt, feltMs };
      const measured = withTags(kind.measure(seen, parameters), rule.requests);
      return callEvidence({ ...counts, inPlace: rule.inPlace() }, measured, kind.details?.(seen));
    },
    async revert() {
      rule.revert();
      await effect.ended?.();
    },
  };
}

function totals(rule: CallRule): { matched: number; fired: number } {
  let [matched, fired] = [0, 0];
  for (const counts of rule.counts.values()) {
    matched += counts.matched;
    fired += counts.fired;
  }
  return { matched, fired };
}
