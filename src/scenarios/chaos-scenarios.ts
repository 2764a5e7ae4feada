import { ChaosScenario } from './chaos-scenario.js';

/** The catalogue: every type of scenario with sensible defaults, by id. */
export const CHAOS_SCENARIOS = Object.freeze({
  high_latency: new ChaosScenario({ scenarioType: 'NETWORK_LATENCY' }),
  network_partition: new ChaosScenario({ scenarioType: 'NETWORK_PARTITION' }),
  packet_loss: new ChaosScenario({ scenarioType: 'PACKET_LOSS' }),
  bandwidth: new ChaosScenario({ scenarioType: 'BANDWIDTH' }),
  connection_reset: new ChaosScenario({ scenarioType: 'CONNECTION_RESET' }),
  connection_rate: new ChaosScenario({ scenarioType: 'CONNECTION_RATE' }),
  dns_failure: new ChaosScenario({ scenarioType: 'DNS_FAILURE' }),
  cpu_spike: new ChaosScenario({ scenarioType: 'CPU_STRESS' }),
  memory_leak: new ChaosScenario({ scenarioType: 'MEMORY_LEAK' }),
  disk_full: new ChaosScenario({ scenarioType: 'DISK_FULL' }),
  disk_slow: new ChaosScenario({ scenarioType: 'DISK_SLOW' }),
  fd_exhaustion: new ChaosScenario({ scenarioType: 'FD_EXHAUSTION' }),
  process_pause: new ChaosScenario({ scenarioType: 'PROCESS_PAUSE' }),
  process_kill: new ChaosScenario({ scenarioType: 'PROCESS_KILL' }),
  syscall_error: new ChaosScenario({ scenarioType: 'SYSCALL_ERROR' }),
  cpu_quota: new ChaosScenario({ scenarioType: 'CPU_QUOTA' }),
  memory_limit: new ChaosScenario({ scenarioType: 'MEMORY_LIMIT' }),
  pid_limit: new ChaosScenario({ scenarioType: 'PID_LIMIT' }),
  random_exceptions: new ChaosScenario({ scenarioType: 'EXCEPTION_INJECTION' }),
  null_injection: new ChaosScenario({ scenarioType: 'NULL_INJECTION' }),
  slow_method: new ChaosScenario({ scenarioType: 'SLOW_RESPONSE' }),
  http_error: new ChaosScenario({ scenarioType: 'HTTP_ERROR' }),
  short_read: new ChaosScenario({ scenarioType: 'SHORT_READ' }),
  state_corruption: new ChaosScenario({ scenarioType: 'STATE_CORRUPTION' }),
  race_condition: new ChaosScenario({ scenarioType: 'RACE_CONDITION' }),
  deadlock: new ChaosScenario({ scenarioType: 'DEADLOCK' }),
  time_skew: new ChaosScenario({ scenarioType: 'TIME_SKEW' }),
  clock_drift: new ChaosScenario({ scenarioType: 'CLOCK_DRIFT' }),
});

/** The id of a scenario of the catalogue. */
export type ScenarioId = keyof typeof CHAOS_SCENARIOS;
