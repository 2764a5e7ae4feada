import type { RemoteEffect } from '../model/agent-link.js';
import { answerEffect } from './answer-effect.js';
import type { CallEffect } from './call-effect.js';
import { corruptEffect } from './corrupt-effect.js';
import { waitEffect } from './deadlock/wait-effect.js';
import { delayEffect } from './delay-effect.js';
import { httpErrorEffect } from './http-error-effect.js';
import { raceEffect } from './race/race-effect.js';
import { shortReadEffect } from './short-read-effect.js';
import { throwEffect } from './throw-effect.js';

/**
 * The effect that plain data describes.
 *
 * @throws ChaosError INVALID_INPUT for an unknown exception name
 */
export function remoteEffect(effect: RemoteEffect): CallEffect {
  switch (effect.kind) {
    case 'throw':
      return throwEffect(effect.exceptionTypes, effect.moment);
    case 'answer':
      return answerEffect(effect.value);
    case 'delay':
      return delayEffect(effect.delayMs, effect.honourAbort);
    case 'wait':
      return waitEffect(effect.on, effect.honourAbort);
    case 'corrupt':
      return corruptEffect(effect);
    case 'http-answer':
      return httpErrorEffect(effect);
    case 'short-read':
      return shortReadEffect(effect.mode);
    case 'race':
      return raceEffect(effect);
  }
}
