import { stripVTControlCharacters } from 'node:util';
import { allFaults } from '../../faults/all-faults.js';
import { ChaosError } from '../../model/chaos-error.js';
import { type Duration, formatMs, toMs } from '../../model/duration.js';
import type { HandlerCount } from '../../model/handler.js';
import type { StartSpec } from '../../model/experiment.js';
import type { RunningTarget, Target } from '../../model/target.js';
import { type Inside, lookInside } from '../../orchestrator/look-inside.js';
import type { ChaosScenario } from '../../scenarios/chaos-scenario.js';
import { CHAOS_SCENARIOS } from '../../scenarios/chaos-scenarios.js';
import { commandOf } from '../../targets/command-of.js';
import { runningTarget } from '../../targets/running-target.js';
import { startedTarget } from '../../targets/started-target.js';
import { isTargetNotReady } from '../../targets/target-not-ready.js';
import { emphasis } from '../emphasis.js';
import { stopOnSignals } from '../stop-on-signals.js';

export interface TargetsOptions {
  readonly port?: number;
  /** Default 5 s. */
  readonly wait?: Duration;
  readonly trustSignal?: boolean;
  /** Lists handlers of errors too; only of a command. */
  readonly handlers?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/** A part of a process that faults reach, and the scenarios that hit it. */
interface Part {
  readonly what: 'platform-calls' | 'functions' | 'connections' | 'process';
  readonly names: readonly string[];
  readonly scenarios: readonly string[];
}

const defaultWaitMs = 5_000;

/**
 * What can be hit in a process, as text or JSON: one that runs is attached to and left again, a command is started and stopped.
 *
 * @param words - a pid, or a command; none with `port`
 * @throws ChaosError INVALID_INPUT unless exactly one process is meant; as `runningTarget` and `lookInside`
 */
export async function showTargets(words: readonly string[], options: TargetsOptions): Promise<string> {
  const { json = false, handlers = false, color, wait } = options;
  if (handlers && (words.length === 0 || isPid(words))) throw onlyOfCommands();
  const meant = meantBy(words, options);
  using stop = stopOnSignals('only-serves');
  const waitMs = wait === undefined ? defaultWaitMs : toMs(wait);
  const inside = await lookInside(meant, { waitMs, handlers, signal: stop.signal }).catch(withLastOutput);
  const target = 'kind' in meant ? meant : startedTarget(meant);
  const command = 'kind' in meant ? meant.command : words.join(' ');
  const parts = await partsOf(target, inside);
  if (json) return `${JSON.stringify({ ...inside, command, parts }, null, 2)}\n`;
  return [
    heading(command, inside),
    ...parts.map((part) => partText(part, color)),
    ...(inside.handlers === undefined ? [] : [handlersText(inside.handlers, color)]),
  ].join('\n');
}

function isPid(words: readonly string[]): boolean {
  return words.length === 1 && /^\d+$/.test(words[0] ?? '');
}

function onlyOfCommands(): ChaosError {
  return new ChaosError(
    'INVALID_INPUT',
    'handlers of errors are found while modules are loaded: expected a command',
    {
      hint: '`chaosx targets --handlers "node server.mjs"`',
    },
  );
}

function handlersText(handlers: readonly HandlerCount[], color: boolean): string {
  const lines = handlers.map(
    ({ file, line, column, kind, told }) =>
      `  ${file}:${line}:${column}  ${kind.replace('-', ' ')}${told ? '' : ', whether it runs cannot be told'}`,
  );
  return `${[emphasis('handlers of errors (observeHandlers)', color), ...lines].join('\n')}\n`;
}

/** What a command said before it ended, above the error. */
function withLastOutput(error: unknown): never {
  if (isTargetNotReady(error))
    for (const line of error.lastOutput) process.stderr.write(`  ${stripVTControlCharacters(line)}\n`);
  throw error;
}

function meantBy(words: readonly string[], { port, trustSignal }: TargetsOptions): StartSpec | RunningTarget {
  const [first] = words;
  if ((first === undefined) === (port === undefined)) {
    throw new ChaosError(
      'INVALID_INPUT',
      `expected one of a pid, a command and --port, got ${first === undefined ? 'none' : 'two'}`,
      { hint: '`chaosx targets 4711`, `chaosx targets --port 3000`, `chaosx targets "node server.mjs"`' },
    );
  }
  const name = 'target';
  if (port !== undefined) return runningTarget({ name, port, trustSignal });
  if (words.length === 1 && first !== undefined) {
    if (isPid(words)) return runningTarget({ name, pid: Number(first), trustSignal });
    return { name: first, start: first };
  }
  return { name: words.join(' '), start: words };
}

/** Asks the agent's faults themselves which scenarios they make there. */
async function partsOf(target: Target, { sites }: Inside): Promise<readonly Part[]> {
  const functions = sites.filter((name) => name.includes('#'));
  const calls = sites.filter((name) => !name.includes('#'));
  const [one] = functions;
  const scenarios = Object.values(CHAOS_SCENARIOS);
  const made = async (asked: readonly ChaosScenario[]) => {
    const ids: string[] = [];
    for (const scenario of asked) if (await isMadeByAgent(scenario, target)) ids.push(scenario.name);
    return [...new Set(ids)];
  };
  const of = (category: ChaosScenario['category']) =>
    scenarios.filter((scenario) => scenario.category === category);
  const application = of('application');
  const parts: readonly Part[] = [
    { what: 'platform-calls', names: calls, scenarios: await made(application) },
    {
      what: 'functions',
      names: functions,
      scenarios:
        one === undefined
          ? []
          : await made(
              [...application, ...of('state')].map((scenario) => scenario.with({ targetComponents: [one] })),
            ),
    },
    { what: 'connections', names: ['outgoing TCP connections'], scenarios: await made(of('network')) },
    {
      what: 'process',
      names: ['its event loop, its memory and its clocks'],
      scenarios: await made([
        CHAOS_SCENARIOS.cpu_spike.with({ parameters: { place: 'event-loop' } }),
        CHAOS_SCENARIOS.memory_leak,
        CHAOS_SCENARIOS.deadlock.with({ parameters: { kind: 'block-event-loop' } }),
        ...of('time'),
      ]),
    },
  ];
  return parts.filter((part) => part.names.length > 0 && part.scenarios.length > 0);
}

async function isMadeByAgent(scenario: ChaosScenario, target: Target): Promise<boolean> {
  for (const fault of allFaults) {
    if (fault.backend !== 'agent' || fault.type !== scenario.scenarioType) continue;
    if ((await fault.supports(scenario, target)).supported) return true;
  }
  return false;
}

function heading(command: string, { process: { pid }, places, attachedInMs }: Inside): string {
  const others = [...new Set(places.map((place) => place.pid))].filter((each) => each !== pid);
  const workers = places.filter(({ threadId }) => threadId > 0).length;
  const threads = workers === 0 ? '' : `, with ${workers} worker thread${workers === 1 ? '' : 's'}`;
  const how =
    attachedInMs === null
      ? 'started, looked at and stopped'
      : `attached in ${formatMs(Math.round(attachedInMs))}, and left`;
  const version = places[0]?.nodeVersion ?? '';
  return [
    `process ${pid} (${command}), Node ${version}${threads}: ${how}`,
    ...others.map((other) => `  and its child ${other} (${commandOf(other) ?? 'ended since'})`),
    '',
  ].join('\n');
}

const titles: Readonly<Record<Part['what'], string>> = {
  'platform-calls': 'calls of the platform (methods)',
  functions: 'functions of its modules (targetComponents)',
  connections: 'connections',
  process: 'the process',
};

function partText({ what, names, scenarios }: Part, color: boolean): string {
  const title = `${emphasis(titles[what], color)}: ${scenarios.join(', ')}`;
  return `${[title, ...names.toSorted().map((name) => `  ${name}`)].join('\n')}\n`;
}
