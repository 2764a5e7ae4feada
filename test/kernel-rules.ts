import { canMakeRules } from '../src/faults/network/kernel/can-make-rules.js';

const support = await canMakeRules();

/** Whether this machine lets a test make rules of nftables. CI must; elsewhere such tests are skipped, with the reason. */
export const hasKernelRules = support.supported || process.env['CI'] !== undefined;

if (!support.supported) console.warn(`kernel faults cannot be tested here: ${support.reason}`);
