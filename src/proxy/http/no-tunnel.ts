import type { StatusFault } from './http-rule.js';
import { type Plan, planOf } from './plan.js';

const noTunnel: StatusFault = {
  type: 'status',
  status: 405,
  headers: { 'Content-Type': 'text/plain' },
  body: 'chaosx: this proxy stands in front of one upstream and opens no tunnels\n',
};

/** What becomes of a CONNECT. */
export const noTunnelPlan: Plan = planOf([
  { rule: 'CONNECT', fault: noTunnel, n: 0, draw: () => 0, share: 1 },
]);
