import { isPromise } from '../is-promise.js';
import { attachLayer } from '../patched-site.js';
import type { Hold, PlatformHit } from '../platform-call.js';
import { holdBack } from './postpone.js';

/**
 * Works on an open file so that it is closed, to the program, only after this call has answered: `close` waits for what is
 * under way, and its promise must not resolve before those that are held back. It is a property of each handle.
 */
export function beforeClose(handle: object, call: PlatformHit, hold: Hold, work: () => unknown): unknown {
  const site = { name: 'fs.close', component: 'fs', method: 'close', holder: handle, key: 'close' };
  if (typeof Reflect.get(handle, 'close') !== 'function') return work();
  const close = attachLayer(site, {
    select: () => 0,
    act: (_n, closing) =>
      Promise.resolve(closing.proceed()).then(
        (value) => new Promise((resolve) => holdBack(call, null, hold.lane(handle), () => resolve(value))),
      ),
  });
  const detach = () => void close.detach();
  const overNoMore = hold.untilOver(detach);
  const done = () => {
    overNoMore();
    detach();
  };
  const answer = work();
  if (!isPromise(answer)) {
    done();
    return answer;
  }
  return answer.finally(done);
}
