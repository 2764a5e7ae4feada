import { messageSiteNames } from '../interpose/message-sites.js';
import type { AgentFault } from '../model/agent-link.js';
import { ChaosError } from '../model/chaos-error.js';
import { didYouMean } from '../model/did-you-mean.js';
import { matchesSite } from './modules/module-pattern.js';
import type { ArmedSites } from './protocol.js';

const mostListed = 12;

/**
 * Requires that every pattern matched in some place.
 *
 * @param fault - only those on calls and on state have patterns
 * @param armed - of each place
 * @param names - asked for the names of all functions when something is missing
 * @throws ChaosError INJECTION_FAILED with near misses, and with what is out of reach
 */
export async function requireMatches(
  fault: AgentFault,
  armed: readonly ArmedSites[],
  names: () => Promise<readonly string[]>,
): Promise<void> {
  const component = missing(armed.map(({ unmatchedComponents }) => unmatchedComponents));
  const method = missing(armed.map(({ unmatchedMethods }) => unmatchedMethods));
  if (fault.kind !== 'calls' && fault.kind !== 'state') return;
  if (component === undefined && method === undefined) return;
  const { components } = fault;
  const refused = armed.flatMap(({ outOfReach }) => outOfReach);
  const known = (await names()).map(partsOf);
  if (component !== undefined) {
    const ofModules = known.filter(({ component: file }) => file !== '');
    const candidates = component.includes('#')
      ? ofModules.map(({ name }) => name)
      : ofModules.map(({ component: file }) => file);
    const what = fault.kind === 'calls' ? 'functions' : 'data that can be corrupted';
    throw failed(`module of the target with ${what} in it`, component, candidates, refused);
  }
  if (method === undefined) return;
  const isOfModules = components.length > 0;
  if (!isOfModules && fault.kind === 'calls' && fault.effect.kind === 'corrupt') {
    throw failed('message of the platform', method, messageSiteNames, refused);
  }
  const candidates = known.filter((site) =>
    isOfModules ? components.some((pattern) => matchesSite(pattern, site)) : site.component === '',
  );
  throw failed(
    isOfModules ? 'function of these modules' : 'call of the platform',
    method,
    candidates.map((site) => (method.includes('.') || !isOfModules ? site.name : site.method)),
    refused,
  );
}

/** The first pattern that is missing everywhere. */
function missing(unmatched: readonly (readonly string[])[]): string | undefined {
  const [first, ...others] = unmatched;
  return first?.find((pattern) => others.every((other) => other.includes(pattern)));
}

/** The component is empty for calls of the platform. */
function partsOf(name: string): {
  readonly name: string;
  readonly component: string;
  readonly method: string;
} {
  const at = name.indexOf('#');
  return { name, component: name.slice(0, Math.max(0, at)), method: name.slice(at + 1) };
}

function failed(
  what: string,
  pattern: string,
  known: readonly string[],
  refused: readonly string[],
): ChaosError {
  const meant = didYouMean(pattern, known);
  const suggestion = meant === undefined ? '' : ` (${meant})`;
  const reasons = refused.length === 0 ? '' : `; out of reach: ${listed(refused)}`;
  return new ChaosError(
    'INJECTION_FAILED',
    `no ${what} matches "${pattern}"${suggestion}; there are ${listed(known) || 'none'}${reasons}`,
    {
      hint: 'change `targetComponents` or `methods`; a module that is not loaded before the fault is not found',
    },
  );
}

function listed(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  const more = distinct.length > mostListed ? `, and ${distinct.length - mostListed} more` : '';
  return `${distinct.slice(0, mostListed).join(', ')}${more}`;
}
