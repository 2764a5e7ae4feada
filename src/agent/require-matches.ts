import { ChaosError } from '../model/chaos-error.js';
import { didYouMean } from '../model/did-you-mean.js';
import type { ArmedSites } from './protocol.js';

const mostListed = 12;

/**
 * Requires that every pattern matched in some place.
 *
 * @param armed - of each place
 * @param names - asked for the names of all functions when something is missing
 * @throws ChaosError INJECTION_FAILED with near misses
 */
export async function requireMatches(
  armed: readonly ArmedSites[],
  names: () => Promise<readonly string[]>,
): Promise<void> {
  const component = missing(armed.map(({ unmatchedComponents }) => unmatchedComponents));
  const method = missing(armed.map(({ unmatchedMethods }) => unmatchedMethods));
  const pattern = component ?? method;
  if (pattern === undefined) return;
  const known = await names();
  const ofModules = known.filter((name) => name.includes('#'));
  if (component !== undefined) {
    const files = [...new Set(ofModules.map((name) => name.slice(0, name.indexOf('#'))))];
    const candidates = pattern.includes('#') ? ofModules : files;
    throw failed(`no module of the target's with functions in it matches "${pattern}"`, pattern, candidates);
  }
  const isOfModules = armed.some((sites) => sites.names.some((name) => name.includes('#')));
  const candidates = isOfModules ? ofModules : known.filter((name) => !name.includes('#'));
  const afterFile = candidates.map((name) => name.slice(name.indexOf('#') + 1));
  throw failed(
    isOfModules
      ? `no function of these modules matches "${pattern}"`
      : `no call of the platform matches "${pattern}"`,
    pattern,
    pattern.includes('#') ? [...candidates, ...afterFile] : afterFile,
  );
}

/** The first pattern that is missing everywhere. */
function missing(unmatched: readonly (readonly string[])[]): string | undefined {
  const [first, ...others] = unmatched;
  return first?.find((pattern) => others.every((other) => other.includes(pattern)));
}

function failed(what: string, pattern: string, known: readonly string[]): ChaosError {
  const meant = didYouMean(pattern, known);
  const distinct = [...new Set(known)];
  const listed = distinct.slice(0, mostListed).join(', ') || 'none';
  const more = distinct.length > mostListed ? `, and ${distinct.length - mostListed} more` : '';
  return new ChaosError(
    'INJECTION_FAILED',
    `${what}${meant === undefined ? '' : ` (${meant})`}; there are ${listed}${more}`,
    {
      hint: 'change `targetComponents` or `methods`; a module that is not loaded before the fault is not found',
    },
  );
}
