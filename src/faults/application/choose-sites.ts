import { chooseByName, isNamed } from '../../interpose/choose-by-name.js';
import { type CallSite, findCallSites, type Unpatchable } from '../../interpose/find-call-sites.js';
import { matchesPattern } from '../../model/component-pattern.js';
import { didYouMean } from '../../model/did-you-mean.js';
import type { CallSelection } from '../../model/scenario-parameters.js';
import type { ObjectsTarget, ThisProcessTarget } from '../../model/target.js';

/** The sites that a scenario's components and methods stand for, or why there are none. */
export type ChosenSites =
  | { readonly ok: true; readonly sites: readonly CallSite[] }
  | { readonly ok: false; readonly reason: string };

/**
 * Finds the functions to patch. Every component pattern and every method pattern must find something that can be
 * patched: a name that silently hits nothing would be a fault that never happens.
 *
 * @param componentPatterns - empty means all components; of this process as a whole, the calls of the platform
 * @param platform - functions of the platform that may be named in `methods`, besides those of components
 */
export function chooseSites(
  target: ObjectsTarget | ThisProcessTarget,
  componentPatterns: readonly string[],
  { methods = [] }: Pick<CallSelection, 'methods'>,
  platform: readonly CallSite[] = [],
): ChosenSites {
  if (target.kind === 'objects') return ofComponents(target, componentPatterns, methods, platform);
  if (componentPatterns.length > 0) {
    const reason = `${target.name} has no components (${componentPatterns.join(', ')}): leave targetComponents empty, and choose calls of the platform by \`methods\``;
    return { ok: false, reason };
  }
  const { sites, unmatched } = chooseByName(methods, platform);
  const [unknown] = unmatched;
  if (unknown !== undefined) return { ok: false, reason: unknownPlatformCall(unknown, platform) };
  return { ok: true, sites };
}

function ofComponents(
  target: ObjectsTarget,
  componentPatterns: readonly string[],
  methods: readonly string[],
  platform: readonly CallSite[],
): ChosenSites {
  const sites: CallSite[] = [];
  const unpatchable: Unpatchable[] = [];
  for (const pattern of componentPatterns.length === 0 ? ['*'] : componentPatterns) {
    const names = [...target.components.keys()].filter((name) => matchesPattern(pattern, name));
    if (names.length === 0) return { ok: false, reason: unknownComponent(pattern, target) };
    const found = names.map((name) => findCallSites(name, target.components.get(name) as object));
    if (found.every((component) => component.sites.length === 0)) {
      return {
        ok: false,
        reason: nothingPatchable(
          names,
          found.flatMap((component) => component.unpatchable),
        ),
      };
    }
    sites.push(...found.flatMap((component) => component.sites));
    unpatchable.push(...found.flatMap((component) => component.unpatchable));
  }
  const distinct = withoutRepeats(sites);
  if (methods.length === 0) return { ok: true, sites: distinct };
  // Calls of the platform only where they are asked for by their whole names, and nothing of the target's has them.
  // A function that is held twice may be named by its second name too.
  const { unmatched: missing } = chooseByName(methods, sites);
  const asked = componentPatterns.length > 0 ? [] : platform.filter(({ name }) => missing.includes(name));
  const unmatched = missing.find((pattern) => !asked.some(({ name }) => name === pattern));
  if (unmatched !== undefined) return { ok: false, reason: unknownMethod(unmatched, sites, unpatchable) };
  return { ok: true, sites: [...chooseByName(methods, distinct).sites, ...asked] };
}

/** Components may share an object, and patterns may overlap: each function is patched once, under its first name. */
function withoutRepeats(sites: readonly CallSite[]): readonly CallSite[] {
  const seen = new Map<object, Set<string | symbol>>();
  return sites.filter(({ holder, key }) => {
    const keys = seen.get(holder) ?? new Set();
    seen.set(holder, keys);
    const isNew = !keys.has(key);
    keys.add(key);
    return isNew;
  });
}

function unknownComponent(pattern: string, target: ObjectsTarget): string {
  const names = [...target.components.keys()];
  return `${target.name} has no component "${pattern}"${suggestion(pattern, names)}; it has ${names.join(', ') || 'none'}`;
}

function nothingPatchable(names: readonly string[], unpatchable: readonly Unpatchable[]): string {
  const why =
    unpatchable.length === 0
      ? 'there are no methods; a bare function cannot be patched in place: give an object that holds it'
      : unpatchable.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  return `nothing in ${names.join(', ')} can be patched: ${why}`;
}

function unknownMethod(
  pattern: string,
  sites: readonly CallSite[],
  unpatchable: readonly Unpatchable[],
): string {
  const refused = unpatchable.find((one) => isNamed(pattern, one));
  if (refused !== undefined) return `${refused.name} cannot be patched: ${refused.reason}`;
  const known = sites.flatMap(({ name, method }) => (pattern.includes('.') ? [name] : [method]));
  return `no method matches "${pattern}"${suggestion(pattern, known)}; there are ${[...new Set(known)].join(', ')}`;
}

/** Why a pattern names no call of the platform. */
export function unknownPlatformCall(pattern: string, platform: readonly CallSite[]): string {
  const known = [...new Set(platform.map(({ name }) => name))];
  const families = platform.map((site) => (site.byNameOnly === true ? `${site.component}.*` : site.name));
  const listed = [...new Set(families)];
  return `no call of the platform matches "${pattern}"${suggestion(pattern, known)}; there are ${listed.join(', ')}`;
}

function suggestion(pattern: string, known: readonly string[]): string {
  const meant = didYouMean(pattern, known);
  return meant === undefined ? '' : ` (${meant})`;
}
