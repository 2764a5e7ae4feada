import { ChaosError } from '../model/chaos-error.js';
import type { FrontSpec } from '../model/experiment.js';
import type { Address } from '../model/network.js';
import type { FrontedTarget } from '../model/target.js';
import { parseAddress } from './parse-address.js';

/**
 * The target that a spec with an address and a port in front of it describes.
 *
 * @throws ChaosError INVALID_INPUT for what is no address
 */
export function frontedTarget({ name, address, listen }: FrontSpec): FrontedTarget {
  return Object.freeze({ kind: 'fronted', name, address: parsed(address), listen: parsed(listen) });
}

/** Whether a target is an address that clients reach at a port of chaosx. */
export function isFrontSpec(spec: object): spec is FrontSpec {
  return 'listen' in spec && 'address' in spec && !('kind' in spec);
}

function parsed(text: string): Address {
  const address = parseAddress(text);
  if (address !== null) return address;
  throw new ChaosError('INVALID_INPUT', `expected an address as host:port, got ${JSON.stringify(text)}`);
}
