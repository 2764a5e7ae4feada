import { canShape } from '../../src/faults/network/kernel/can-shape.js';
import { hasKernelRules } from '../kernel-rules.js';

/** What the kernel of this machine can shape; most kernels of containers have no netem, which latency takes. */
export const [bandwidthShaping, latencyShaping] = hasKernelRules
  ? [await canShape('bandwidth'), await canShape('latency')]
  : [{ supported: false }, { supported: false }];
