import { formatMs, toMs } from '../../model/duration.js';
import type { SafetyCheck } from './safety-check.js';

const defaultLimit = '1h';

/** Longer than anybody meant. */
export const aboveDuration: SafetyCheck = ({ activeMs }, _target, { maxDuration = defaultLimit }) =>
  activeMs <= toMs(maxDuration)
    ? null
    : `it would be active for ${formatMs(activeMs)}, longer than maxDuration (${formatMs(toMs(maxDuration))}): shorten it, or raise that`;
