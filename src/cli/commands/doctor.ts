import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { arch, release } from 'node:os';
import { allFaults } from '../../faults/all-faults.js';
import { type MachineNeed, machineNeeds } from '../../faults/machine-needs.js';
import { makeable, type Makeable } from '../../faults/makeable.js';
import { ChaosError } from '../../model/chaos-error.js';
import type { Target } from '../../model/target.js';
import { exitCodeOf } from '../../model/verdict.js';
import type { ChaosScenario } from '../../scenarios/chaos-scenario.js';
import { CHAOS_SCENARIOS } from '../../scenarios/chaos-scenarios.js';
import { addressTarget } from '../../targets/address-target.js';
import { frontedTarget } from '../../targets/fronted-target.js';
import { inProcessTarget } from '../../targets/in-process-target.js';
import { runningTarget } from '../../targets/running-target.js';
import { startedTarget } from '../../targets/started-target.js';
import { thisProcessTarget } from '../../targets/this-process-target.js';
import { type Leftover, leftovers } from '../../undo/leftovers.js';
import { emphasis } from '../emphasis.js';
import { table } from '../table.js';

export interface DoctorOptions {
  readonly json: boolean;
  readonly color: boolean;
}

/** A kind of target, and one that stands for it. */
interface Kind {
  readonly name: string;
  readonly target: Target;
  /** A component as it is named there. */
  readonly component: string | null;
}

const kindTexts = [
  'objects: `inProcessTarget`',
  'started, running: a Node process',
  'modules: its functions',
  'front: a proxy before an address',
] as const;

interface ScenarioHere {
  readonly scenario: string;
  /** By the name of the kind of target. */
  readonly targets: Readonly<Record<string, Makeable>>;
}

/** What can be made here, what is missing for more, and what earlier runs left; exits 6 when they left something. */
export async function doctorCommand({
  json,
  color,
}: DoctorOptions): Promise<{ readonly output: string; readonly exitCode: number }> {
  const machine = { node: process.version, system: `${process.platform} ${release()} ${arch()}` };
  const [needs, scenarios, left] = [await machineNeeds(), await scenariosHere(), await leftovers()];
  const exitCode = left.length > 0 ? exitCodeOf('leaked') : 0;
  if (json) {
    const leftOver = left.map(({ runId, pending, problems }) => ({
      runId,
      pending: pending.map(({ kind, id }) => ({ kind, id })),
      problems,
    }));
    return {
      output: `${JSON.stringify({ machine, needs, scenarios, leftovers: leftOver }, null, 2)}\n`,
      exitCode,
    };
  }
  const sections = [
    [`Node ${machine.node} on ${machine.system}`],
    needsLines(needs, color),
    scenarioLines(scenarios, color),
    leftoverLines(left, color),
  ];
  return { output: `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`, exitCode };
}

async function scenariosHere(): Promise<readonly ScenarioHere[]> {
  await using bystander = await startBystander();
  const kinds = kindsOfTargets(bystander.pid);
  const found: ScenarioHere[] = [];
  for (const scenario of Object.values(CHAOS_SCENARIOS)) {
    const targets: Record<string, Makeable> = {};
    for (const { name, target, component } of kinds) {
      targets[name] = await makeable(allFaults, formsOf(scenario, component), target);
    }
    found.push({ scenario: scenario.name, targets });
  }
  return found;
}

function formsOf(scenario: ChaosScenario, component: string | null): readonly ChaosScenario[] {
  return component === null ? [scenario] : [scenario, scenario.with({ targetComponents: [component] })];
}

function kindsOfTargets(pid: number): readonly Kind[] {
  const program = { name: 'a program', start: ['node', 'server.mjs'] };
  const dependencies = { dependency: { env: 'DEPENDENCY_URL' } };
  return [
    { name: 'this process', target: thisProcessTarget('this process'), component: null },
    {
      name: 'objects',
      target: inProcessTarget('objects', { component: { call: () => Promise.resolve() } }),
      component: 'component',
    },
    { name: 'started', target: startedTarget({ ...program, dependencies }), component: 'dependency' },
    { name: 'modules', target: startedTarget(program), component: 'src/*.js' },
    {
      name: 'own network',
      target: startedTarget({ ...program, dependencies, ownNetwork: { publish: [] } }),
      component: 'dependency',
    },
    { name: 'running', target: runningTarget({ name: 'a process', pid }), component: 'src/*.js' },
    {
      name: 'address',
      target: addressTarget({ name: 'an address', address: '192.0.2.1:9' }),
      component: null,
    },
    {
      name: 'front',
      target: frontedTarget({ name: 'a front', address: '192.0.2.1:9', listen: '127.0.0.1:9' }),
      component: null,
    },
  ];
}

/** A Node process to look at, which does nothing and ends with this scope. */
async function startBystander(): Promise<AsyncDisposable & { readonly pid: number }> {
  // It ends by itself when this process does: its standard input closes then.
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); process.stdout.write("up")'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exited]);
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null) {
    throw new ChaosError('INTERNAL', 'expected a Node process to look at to start, it did not');
  }
  return {
    pid,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function needsLines(needs: readonly MachineNeed[], color: boolean): readonly string[] {
  const rows = needs.map(({ name, purpose, present }) => [present ? 'ok' : 'missing', name, purpose]);
  const missing = needs.flatMap(({ name, problem, remedy }) =>
    problem === null ? [] : [`${name} is missing: ${problem}. To have it: ${remedy}.`],
  );
  return [emphasis('This machine', color), ...table([['', 'what', 'for'], ...rows]), ...missing];
}

function scenarioLines(scenarios: readonly ScenarioHere[], color: boolean): readonly string[] {
  const kinds = Object.keys(scenarios[0]?.targets ?? {});
  const rows = scenarios.map(({ scenario, targets }) => [
    scenario,
    ...kinds.map((kind) => targets[kind]?.backends.join(', ') || '-'),
  ]);
  const nowhere = scenarios.filter(({ targets }) =>
    Object.values(targets).every(({ backends }) => backends.length === 0),
  );
  return [
    emphasis('What can be made here, on which target, by which backend', color),
    ...table([['scenario', ...kinds], ...rows]),
    `(${kindTexts.join('; ')})`,
    ...nowhere.map(({ scenario, targets }) => `${scenario}: ${reasonsOf(targets).join('; ')}`),
  ];
}

function reasonsOf(targets: ScenarioHere['targets']): readonly string[] {
  const reasons = [...new Set(Object.values(targets).flatMap(({ reasons: each }) => each))];
  return reasons.length === 0 ? ['no backend makes it in this version'] : reasons;
}

function leftoverLines(left: readonly Leftover[], color: boolean): readonly string[] {
  if (left.length === 0) return ['Nothing is left of earlier runs.'];
  return [
    emphasis('Left of earlier runs: `chaosx recover` undoes it', color),
    ...left.flatMap(({ runId, pending, problems }) => [
      `run ${runId}`,
      ...pending.map(({ kind, id }) => `  ${kind} (${id})`),
      ...problems.map((problem) => `  ${problem}`),
    ]),
  ];
}
