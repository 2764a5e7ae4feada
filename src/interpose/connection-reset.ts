import { markInjected } from './injected-error.js';
import { systemError } from './system-error.js';

/** What a connection that its other end resets gives to whoever reads from it. */
export function connectionReset(): Error {
  return markInjected(systemError('ECONNRESET', { component: '', method: 'read', args: [] }));
}
