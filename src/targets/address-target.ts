import { isIP } from 'node:net';
import { ChaosError } from '../model/chaos-error.js';
import type { AddressSpec } from '../model/experiment.js';
import type { Address } from '../model/network.js';
import type { AddressTarget } from '../model/target.js';
import { parseAddress } from './parse-address.js';

/**
 * Places on the network that somebody else runs, as one target. Rules of the kernel break what goes there and comes
 * from there, whichever local process it belongs to.
 *
 * @throws ChaosError INVALID_INPUT when one of them is not `IP:port`, or there is none
 * @example
 * ```ts
 * const database = addressTarget({ name: 'database', address: '10.0.0.5:5432' });
 * ```
 */
export function addressTarget({ name, address }: AddressSpec): AddressTarget {
  const texts = typeof address === 'string' ? [address] : address;
  if (texts.length === 0) {
    throw new ChaosError('INVALID_INPUT', `expected at least one address of ${name}, got none`);
  }
  return Object.freeze({ kind: 'address', name, addresses: texts.map((text) => placeOf(name, text)) });
}

function placeOf(name: string, text: string): Address {
  const address = parseAddress(text);
  if (address !== null && isIP(address.host) === 4) return address;
  // As the kernel and everybody else writes it.
  if (address !== null && isIP(address.host) === 6) {
    return { ...address, host: new URL(`http://[${address.host}]`).hostname.slice(1, -1) };
  }
  throw new ChaosError(
    'INVALID_INPUT',
    `expected the address of ${name} as IP:port, got ${JSON.stringify(text)}`,
    {
      hint: 'rules of the kernel know no names: write what the name stands for, such as 10.0.0.5:5432 or [fd00::5]:5432',
    },
  );
}
