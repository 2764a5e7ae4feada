import type { EffectReach } from '../../interpose/call-rule.js';
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
  const known = [...new Set(platform.map(({ name }) => name))];
  const named = chooseByName(methods, platform);
  if (!onComponents) {
    const [unknown] = named.unmatched;
    if (unknown !== undefined) return { ok: false, reason: unknownPlatformCall(unknown, platform) };
    return { ok: true, sites: named.sites };
  }
  const ofComponents = methods.filter((pattern) => named.unmatched.includes(pattern));
  if (methods.length > 0 && ofComponents.length === 0) return { ok: true, sites: named.sites };
  const chosen = chooseSites(
    target,
    componentPatterns,
    methods.length === 0 ? {} : { methods: ofComponents },
  );
  if (!chosen.ok || known.length === 0) return chosen;
  return { ok: true, sites: [...chosen.sites, ...named.sites] };
}
