import type { Support } from '../model/fault.js';
import type { Target } from '../model/target.js';
import { attachRefusal } from '../targets/attach/attach-refusal.js';

/** Whether the agent can be in a target: in what chaosx starts, and in running Node processes where attaching is safe. */
export function agentSupport(target: Target): Support {
  switch (target.kind) {
    case 'started':
      return { supported: true };
    case 'running': {
      // It is there already.
      const refusal = target.agent === undefined ? attachRefusal(target.process, target) : null;
      if (refusal === null) return { supported: true };
      return { supported: false, reason: `${refusal.reason}: ${refusal.hint}` };
    }
    case 'objects':
    case 'this-process':
    case 'address':
    case 'fronted':
      return { supported: false, reason: `${target.name} is not a process other than this one` };
  }
}
