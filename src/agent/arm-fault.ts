import type { AgentFault } from '../model/agent-link.js';
import { armBlockedLoop } from './arm-blocked-loop.js';
import { armCalls } from './arm-calls.js';
import { armClock } from './arm-clock.js';
import { armEventLoop } from './arm-event-loop.js';
import { armHandlers } from './arm-handlers.js';
import { armMemory } from './arm-memory.js';
import { armState } from './arm-state.js';
import type { ArmedInPlace, ArmOptions } from './armed-in-place.js';

/**
 * Makes a fault real in this thread, or leaves nothing of it.
 *
 * @throws ChaosError as the fault's kind says
 */
export function armFault(fault: AgentFault, options: ArmOptions): ArmedInPlace {
  switch (fault.kind) {
    case 'calls':
      return armCalls(fault, options);
    case 'handlers':
      return armHandlers(options);
    case 'event-loop':
      return armEventLoop(fault);
    case 'state':
      return armState(fault, options);
    case 'blocked-loop':
      return armBlockedLoop(fault, options);
    case 'memory':
      return armMemory(fault);
    case 'clock':
      return armClock(fault);
  }
}
