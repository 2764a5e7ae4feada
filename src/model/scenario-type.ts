/** The fault that a scenario stands for. Also a value, so that `ChaosScenarioType.PACKET_LOSS` can be written. */
export const ChaosScenarioType = {
  NETWORK_LATENCY: 'NETWORK_LATENCY',
  NETWORK_PARTITION: 'NETWORK_PARTITION',
  PACKET_LOSS: 'PACKET_LOSS',
  BANDWIDTH: 'BANDWIDTH',
  CONNECTION_RESET: 'CONNECTION_RESET',
  CONNECTION_RATE: 'CONNECTION_RATE',
  DNS_FAILURE: 'DNS_FAILURE',
  CPU_STRESS: 'CPU_STRESS',
  MEMORY_LEAK: 'MEMORY_LEAK',
  DISK_FULL: 'DISK_FULL',
  DISK_SLOW: 'DISK_SLOW',
  FD_EXHAUSTION: 'FD_EXHAUSTION',
  PROCESS_PAUSE: 'PROCESS_PAUSE',
  PROCESS_KILL: 'PROCESS_KILL',
  SYSCALL_ERROR: 'SYSCALL_ERROR',
  CPU_QUOTA: 'CPU_QUOTA',
  MEMORY_LIMIT: 'MEMORY_LIMIT',
  PID_LIMIT: 'PID_LIMIT',
  EXCEPTION_INJECTION: 'EXCEPTION_INJECTION',
  NULL_INJECTION: 'NULL_INJECTION',
  SLOW_RESPONSE: 'SLOW_RESPONSE',
  HTTP_ERROR: 'HTTP_ERROR',
  SHORT_READ: 'SHORT_READ',
  STATE_CORRUPTION: 'STATE_CORRUPTION',
  RACE_CONDITION: 'RACE_CONDITION',
  DEADLOCK: 'DEADLOCK',
  TIME_SKEW: 'TIME_SKEW',
  CLOCK_DRIFT: 'CLOCK_DRIFT',
} as const;
export type ChaosScenarioType = keyof typeof ChaosScenarioType;

export type ScenarioCategory = 'network' | 'resource' | 'application' | 'state' | 'time';

const categories: Readonly<Record<ChaosScenarioType, ScenarioCategory>> = {
  NETWORK_LATENCY: 'network',
  NETWORK_PARTITION: 'network',
  PACKET_LOSS: 'network',
  BANDWIDTH: 'network',
  CONNECTION_RESET: 'network',
  CONNECTION_RATE: 'network',
  DNS_FAILURE: 'network',
  CPU_STRESS: 'resource',
  MEMORY_LEAK: 'resource',
  DISK_FULL: 'resource',
  DISK_SLOW: 'resource',
  FD_EXHAUSTION: 'resource',
  PROCESS_PAUSE: 'resource',
  PROCESS_KILL: 'resource',
  SYSCALL_ERROR: 'resource',
  CPU_QUOTA: 'resource',
  MEMORY_LIMIT: 'resource',
  PID_LIMIT: 'resource',
  EXCEPTION_INJECTION: 'application',
  NULL_INJECTION: 'application',
  SLOW_RESPONSE: 'application',
  HTTP_ERROR: 'application',
  SHORT_READ: 'application',
  STATE_CORRUPTION: 'state',
  RACE_CONDITION: 'state',
  DEADLOCK: 'state',
  TIME_SKEW: 'time',
  CLOCK_DRIFT: 'time',
};

/** The family a type belongs to; the category follows from the type. */
export function categoryOf(type: ChaosScenarioType): ScenarioCategory {
  return categories[type];
}
