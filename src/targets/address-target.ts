import { isIP } from 'node:net';
import { ChaosError } from '../model/chaos-error.js';
import type { AddressSpec } from '../model/experiment.js';
import type { AddressTarget } from '../model/target.js';
import { parseAddress } from './parse-address.js';

/**
 * A place on the network that somebody else runs, as a target. Rules of the kernel break what goes there and comes
 * from there, whichever local process it belongs to.
 *
 * @throws ChaosError INVALID_INPUT when it is not `IP:port`
 * @example
 * ```ts
 * const database = addressTarget({ name: 'database', address: '10.0.0.5:5432' });
 * ```
 */
export function addressTarget({ name, address: text }: AddressSpec): AddressTarget {
  const address = parseAddress(text);
  if (address !== null && isIP(address.host) !== 0) return Object.freeze({ kind: 'address', name, address });
  throw new ChaosError(
    'INVALID_INPUT',
    `expected the address of ${name} as IP:port, got ${JSON.stringify(text)}`,
    {
      hint: 'rules of the kernel know no names: write what the name stands for, such as 10.0.0.5:5432 or [fd00::5]:5432',
    },
  );
}
