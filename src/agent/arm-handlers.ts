import { ChaosError } from '../model/chaos-error.js';
import { type ArmedInPlace, type ArmOptions, noSites } from './armed-in-place.js';

/**
 * Tells how often the handlers of errors in this thread's modules ran, since they were loaded.
 *
 * @throws ChaosError INJECTION_FAILED where no module was prepared for it
 */
export function armHandlers({ handlers }: Pick<ArmOptions, 'handlers'>): ArmedInPlace<'handlers'> {
  if (handlers === null)
    throw new ChaosError('INJECTION_FAILED', 'handlers of errors are not counted in this process', {
      hint: 'they are counted in processes that chaosx starts with `observeHandlers`',
    });
  const look = (inPlace: number) => ({
    inPlace,
    handlers: handlers.handlers(),
    leftOut: handlers.leftOut,
    outOfReach: handlers.outOfReach(),
    pauses: 0,
  });
  let last: ReturnType<typeof look> | null = null;
  return {
    sites: noSites,
    counts: () => last ?? look(1),
    disarm() {
      if (last !== null) return;
      last = look(0);
      // Who counts again here, after a silence, has heard of these.
      handlers.reset();
    },
  };
}
