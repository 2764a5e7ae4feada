import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';

/** Scenarios of the network that one look feels for certain. */
export const latency = CHAOS_SCENARIOS.high_latency.with({ parameters: { latencyMs: 700 } });
// Every packet is lost at least once, so that each round trip is felt.
export const loss = CHAOS_SCENARIOS.packet_loss.with({ parameters: { lossPercent: 100 } });
export const drop = CHAOS_SCENARIOS.network_partition;
export const refuse = CHAOS_SCENARIOS.network_partition.with({ parameters: { mode: 'refuse' } });
// 200 bytes a second: an answer of the service, some 150 bytes behind its request, takes longer than is felt.
export const narrow = CHAOS_SCENARIOS.bandwidth.with({ parameters: { kilobytesPerSecond: 0.2 } });
export const reset = CHAOS_SCENARIOS.connection_reset.with({ parameters: { resetRate: 1 } });
// One in ten seconds: of two connections, the second is refused.
export const rationed = CHAOS_SCENARIOS.connection_rate.with({ parameters: { perSecond: 0.1 } });
export const noNames = CHAOS_SCENARIOS.dns_failure;
