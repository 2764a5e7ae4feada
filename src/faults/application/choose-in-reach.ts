import type { EffectReach } from '../../interpose/call-effect.js';
import { chooseByName } from '../../interpose/choose-by-name.js';
import type { CallSelection } from '../../model/scenario-parameters.js';
import type { ObjectsTarget, ThisProcessTarget } from '../../model/target.js';
import { type ChosenSites, chooseSites, unknownPlatformCall } from './choose-sites.js';

/** The sites of an effect that says itself which functions it acts on, among components and the platform. */
export function chooseInReach(
  { onComponents, platform }: EffectReach,
  target: ObjectsTarget | ThisProcessTarget,
  componentPatterns: readonly string[],
  { methods = [] }: Pick<CallSelection, 'methods'>,
): ChosenSites {
  if (!onComponents && componentPatterns.length > 0) {
    const reason = 'targetComponents names components, and `places` leaves calls out: add calls to `places`';
    return { ok: false, reason };
  }
  if (onComponents && target.kind === 'this-process') {
    const reason = `${target.name} has no components whose calls could be perturbed: leave calls out of \`places\``;
    return { ok: false, reason };
  }
  const ofComponents = onComponents ? chooseSites(target, componentPatterns, {}) : noSites;
  if (!ofComponents.ok) return ofComponents;
  const { sites, unmatched } = chooseByName(methods, [...ofComponents.sites, ...platform]);
  const [unknown] = unmatched;
  if (unknown === undefined) return { ok: true, sites };
  // Which says what the components have instead.
  return onComponents
    ? chooseSites(target, componentPatterns, { methods: [unknown] })
    : { ok: false, reason: unknownPlatformCall(unknown, platform) };
}

const noSites: ChosenSites = { ok: true, sites: [] };
