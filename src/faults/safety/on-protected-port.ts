import { formatAddress } from '../../targets/parse-address.js';
import type { SafetyCheck } from './safety-check.js';

const defaultPorts: readonly number[] = [22];

/** Rules of the kernel by which somebody would lock himself out. */
export const onProtectedPort: SafetyCheck = ({ fault }, target, { protectedPorts = defaultPorts }) => {
  if (target.kind !== 'address' || fault.backend !== 'kernel') return null;
  const hit = target.addresses.find(({ port }) => [...protectedPorts, ...sessionPort()].includes(port));
  if (hit === undefined) return null;
  return `port ${hit.port} of ${formatAddress(hit)} is protected, by it people reach the machine: name another address, or leave the port out of protectedPorts`;
};

/** The server's port of the SSH session that this process runs in. */
function sessionPort(): readonly number[] {
  const port = Number(process.env['SSH_CONNECTION']?.split(' ')[3]);
  return port > 0 ? [port] : [];
}
