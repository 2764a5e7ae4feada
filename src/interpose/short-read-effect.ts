import type { ShortReadParameters } from '../model/scenario-parameters.js';
import type { CallEffect } from './call-effect.js';

/** Has reads of files give less than is there; how much is drawn anew for each call. */
export function shortReadEffect(mode: ShortReadParameters['mode']): CallEffect {
  return {
    onConstruct: false,
    onPlatform: (platform) => platform.shorten?.[mode] !== undefined,
    // Only reads that gave less because of it are told of.
    isFelt: ({ ended }) => ended === 'returned',
    apply(call) {
      const shorten = call.platform?.shorten?.[mode];
      if (shorten === undefined) return call.proceed();
      const felt = () => call.felt(mode === 'short' ? 'short read' : 'early end of file');
      return shorten(call, { mode, share: call.draw('share'), felt });
    },
  };
}
