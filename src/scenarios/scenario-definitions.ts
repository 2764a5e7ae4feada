import type { ChaosScenarioType } from '../model/scenario-type.js';
import { bandwidth } from './bandwidth.js';
import { clockDrift } from './clock-drift.js';
import { connectionRate } from './connection-rate.js';
import { connectionReset } from './connection-reset.js';
import { cpuQuota } from './cpu-quota.js';
import { cpuSpike } from './cpu-spike.js';
import { deadlock } from './deadlock.js';
import { diskFull } from './disk-full.js';
import { diskSlow } from './disk-slow.js';
import { dnsFailure } from './dns-failure.js';
import { fdExhaustion } from './fd-exhaustion.js';
import { highLatency } from './high-latency.js';
import { httpError } from './http-error.js';
import { memoryLeak } from './memory-leak.js';
import { memoryLimit } from './memory-limit.js';
import { networkPartition } from './network-partition.js';
import { nullInjection } from './null-injection.js';
import { packetLoss } from './packet-loss.js';
import { pidLimit } from './pid-limit.js';
import { processKill } from './process-kill.js';
import { processPause } from './process-pause.js';
import { raceCondition } from './race-condition.js';
import { randomExceptions } from './random-exceptions.js';
import type { ScenarioDefinition } from './scenario-definition.js';
import { shortRead } from './short-read.js';
import { slowMethod } from './slow-method.js';
import { stateCorruption } from './state-corruption.js';
import { syscallError } from './syscall-error.js';
import { timeSkew } from './time-skew.js';

/** Everything known of each type of scenario. A new scenario is its own file and a line here and in the catalogue. */
export const scenarioDefinitions: { readonly [T in ChaosScenarioType]: ScenarioDefinition<T> } = {
  NETWORK_LATENCY: highLatency,
  NETWORK_PARTITION: networkPartition,
  PACKET_LOSS: packetLoss,
  BANDWIDTH: bandwidth,
  CONNECTION_RESET: connectionReset,
  CONNECTION_RATE: connectionRate,
  DNS_FAILURE: dnsFailure,
  CPU_STRESS: cpuSpike,
  MEMORY_LEAK: memoryLeak,
  DISK_FULL: diskFull,
  DISK_SLOW: diskSlow,
  FD_EXHAUSTION: fdExhaustion,
  PROCESS_PAUSE: processPause,
  PROCESS_KILL: processKill,
  SYSCALL_ERROR: syscallError,
  CPU_QUOTA: cpuQuota,
  MEMORY_LIMIT: memoryLimit,
  PID_LIMIT: pidLimit,
  EXCEPTION_INJECTION: randomExceptions,
  NULL_INJECTION: nullInjection,
  SLOW_RESPONSE: slowMethod,
  HTTP_ERROR: httpError,
  SHORT_READ: shortRead,
  STATE_CORRUPTION: stateCorruption,
  RACE_CONDITION: raceCondition,
  DEADLOCK: deadlock,
  TIME_SKEW: timeSkew,
  CLOCK_DRIFT: clockDrift,
};
