import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { formatMs } from '../model/duration.js';
import type { PlannedScenario } from '../model/events.js';
import {
  type CpuStressParameters,
  type DiskFullParameters,
  type MemoryLeakParameters,
  type ProcessKillParameters,
  rangeOf,
} from '../model/scenario-parameters.js';
import type { ChaosScenarioType } from '../model/scenario-type.js';
import type { Target } from '../model/target.js';
import { formatAddress } from '../targets/parse-address.js';
import { processTree } from '../undo/process-tree.js';
import type { Plan } from './plan.js';

/**
 * What a run will hit, a clause for each scenario: `will stop 1 of 3 processes of redis for 5 s`. Looks at the processes that
 * are there now.
 */
export function blastRadius({ steps, target }: Pick<Plan, 'steps' | 'target'>): readonly string[] {
  return steps.map(
    ({ planned }) => `will ${acts[planned.type](planned, target)} for ${formatMs(planned.activeMs)}`,
  );
}

type Act = (planned: PlannedScenario, target: Target) => string;

const acts: Readonly<Record<ChaosScenarioType, Act>> = {
  NETWORK_LATENCY: onConnections('delay'),
  NETWORK_PARTITION: onConnections('cut off'),
  PACKET_LOSS: onConnections('lose packets on'),
  BANDWIDTH: onConnections('narrow'),
  CONNECTION_RESET: onConnections('reset'),
  CONNECTION_RATE: onConnections('ration new'),
  DNS_FAILURE: (_planned, target) => `fail look-ups of names by ${wholeOf(target)}`,
  CPU_STRESS: cpuStress,
  MEMORY_LEAK: memoryLeak,
  DISK_FULL: diskFull,
  DISK_SLOW: onCalls('slow down files of'),
  FD_EXHAUSTION: onProcesses('take further open files from'),
  PROCESS_PAUSE: onProcesses('stop'),
  PROCESS_KILL: processKill,
  CPU_QUOTA: onProcesses('limit the CPU time of'),
  MEMORY_LIMIT: onProcesses('limit the memory of'),
  PID_LIMIT: onProcesses('let nothing be started by'),
  EXCEPTION_INJECTION: onCalls('fail calls of'),
  NULL_INJECTION: onCalls('empty answers of calls of'),
  SLOW_RESPONSE: onCalls('slow down calls of'),
  HTTP_ERROR: onCalls('answer HTTP requests of'),
  SHORT_READ: onCalls('cut short what is read by'),
  STATE_CORRUPTION: onCalls('corrupt values of'),
  RACE_CONDITION: onCalls('perturb calls of'),
  DEADLOCK: onCalls('block'),
  TIME_SKEW: onCalls('shift clocks of'),
  CLOCK_DRIFT: onCalls('change the speed of clocks of'),
};

function onConnections(verb: string): Act {
  return ({ targetComponents }, target) => `${verb} ${connectionsOf(targetComponents, target)}`;
}

function connectionsOf(components: readonly string[], target: Target): string {
  switch (target.kind) {
    case 'address':
      return target.addresses.map(({ host, port }) => `port ${port} of ${host}`).join(' and ');
    case 'fronted': {
      const fronts = target.fronts.filter(({ component }) => components.includes(component));
      return `what passes ${fronts.map(({ listen, address }) => `${formatAddress(listen)} to ${formatAddress(address)}`).join(' and ')}`;
    }
    case 'started':
    case 'running':
    case 'objects':
    case 'this-process':
      return components.length > 0 && target.kind === 'started'
        ? `connections to ${components.join(', ')}`
        : `connections of ${wholeOf(target)}`;
  }
}

function onCalls(verb: string): Act {
  return ({ targetComponents }, target) =>
    `${verb} ${targetComponents.length > 0 ? targetComponents.join(', ') : wholeOf(target)}`;
}

function onProcesses(verb: string): Act {
  return ({ parameters }, target) => {
    const withTree = parameters['tree'] !== false;
    if (target.kind !== 'running')
      return `${verb} ${target.name}${withTree ? ' with all that it starts' : ''}`;
    const all = processTree(target.process).length;
    const processes = all === 1 ? 'process' : 'processes';
    return `${verb} ${withTree ? all : 1} of ${all} ${processes} of ${target.name}`;
  };
}

function processKill({ parameters }: PlannedScenario, target: Target): string {
  const { who, restart } = parameters as unknown as ProcessKillParameters;
  const victim = {
    tree: `${wholeOf(target)} with all that it has started`,
    process: wholeOf(target),
    worker: `one process that ${wholeOf(target)} has started`,
  }[who];
  return `end ${victim}${target.kind === 'started' && restart ? ', and start it again after it' : ''}`;
}

function cpuStress({ parameters }: PlannedScenario, target: Target): string {
  const { place, cores, cpuPercentage } = parameters as unknown as CpuStressParameters;
  const [least, most] = rangeOf(cpuPercentage);
  const share = least === most ? `${most} %` : `${least} to ${most} %`;
  if (place === 'event-loop') return `keep the event loops of ${wholeOf(target)} ${share} busy`;
  const all = availableParallelism();
  if (place === 'cgroup') return `keep CPUs ${share} busy in the control groups of ${wholeOf(target)}`;
  return `keep ${cores === 0 ? all : Math.min(cores, all)} of ${all} CPUs of this machine ${share} busy`;
}

function memoryLeak({ parameters }: PlannedScenario, target: Target): string {
  const { limitMb, place } = parameters as unknown as MemoryLeakParameters;
  return `take up to ${limitMb} MB of memory ${place === 'beside' ? 'beside' : 'in'} ${wholeOf(target)}`;
}

function diskFull({ parameters }: PlannedScenario, target: Target): string {
  const { place, path, fillPercent, remainingBytes } = parameters as unknown as DiskFullParameters;
  if (place === 'target')
    return `fail writes of ${wholeOf(target)}${path === undefined ? '' : ` below ${path}`}`;
  const level = remainingBytes === undefined ? `${fillPercent} %` : `${remainingBytes} bytes of free space`;
  return `fill the file system of ${resolve(path ?? '')} to ${level}, for everybody`;
}

function wholeOf(target: Target): string {
  switch (target.kind) {
    case 'this-process':
    case 'objects':
      return 'this process';
    case 'running':
      return `process ${target.process.pid} (${target.name})`;
    case 'started':
    case 'address':
    case 'fronted':
      return target.name;
  }
}
