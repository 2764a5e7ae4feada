import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProcessIdentity } from '../src/model/receipt.js';
import { isStopped } from '../src/undo/is-stopped.js';
import { identityOf } from '../src/undo/process-identity.js';
import { hasKernelRules } from './kernel-rules.js';
import { hasCgroups } from './limited-program.js';
import { listeningPorts } from './running-server.js';

const shop = fileURLToPath(new URL('fixtures/shop.mjs', import.meta.url));

/** What a tortured experiment is made on: started by chaosx, with all that this takes, or there before. */
export type TortureKind = 'started' | 'running';

/** One of those, for one seed. */
export interface TortureTarget extends AsyncDisposable {
  /** The lines of the experiment that say what it is. */
  readonly lines: string;
  /** The scenarios, all active at once. */
  readonly scenarios: readonly string[];
  /** What is not as it was before the run, apart from what a started one is found by. */
  changed(): Promise<readonly string[]>;
}

/** On any of the two; what makes the target deaf comes last, for nothing can be injected into it any more. */
const onBoth = (disk: string | null): readonly string[] => [
  '{ use: random_exceptions, parameters: { methods: [http.request], exceptionTypes: [ECONNRESET] } }',
  ...(disk === null ? [] : [`{ use: disk_full, parameters: { path: "${disk}", fillPercent: 90 } }`]),
  '{ use: disk_slow, parameters: { delayMs: 5 } }',
  '{ use: time_skew }',
  '{ use: state_corruption, parameters: { on: [messages] } }',
  '{ use: race_condition, parameters: { places: [io, timers] } }',
  '{ use: cpu_spike, parameters: { cpuPercentage: 20, cores: 1 } }',
  '{ use: cpu_spike, parameters: { place: event-loop, cpuPercentage: 20 } }',
  '{ use: memory_leak, parameters: { rateMbPerSecond: 10, limitMb: 20 } }',
  '{ use: fd_exhaustion, parameters: { spare: 50 } }',
  ...(hasCgroups
    ? [
        '{ use: cpu_quota, parameters: { cores: 1 } }',
        '{ use: memory_limit, parameters: { spareMb: 200 } }',
        '{ use: pid_limit, parameters: { spare: 50 } }',
      ]
    : []),
  '{ use: deadlock, parameters: { kind: block-event-loop } }',
];

/** @param disk - a folder on a file system that may be filled; null where there is none */
export async function tortureTarget(
  kind: TortureKind,
  place: {
    readonly port: number;
    readonly upstream: number;
    readonly disk: string | null;
    readonly last: 'process_pause' | 'process_kill';
  },
): Promise<TortureTarget> {
  const { port, upstream, disk, last } = place;
  const target = kind === 'started' ? startedTarget(port, upstream) : await runningTarget(port, upstream);
  return {
    ...target,
    lines: `${target.lines}\nprobes: [{ name: shop, http: "http://127.0.0.1:${port}/", every: 100ms }]`,
    scenarios: [
      ...target.scenarios,
      ...onBoth(disk),
      // What was there before is not chaosx's to start again.
      `{ use: ${kind === 'started' ? last : 'process_pause'} }`,
    ],
    changed: async () => [...(await target.changed()), ...filesOn(disk)],
  };
}

function startedTarget(port: number, upstream: number): TortureTarget {
  const kernel = '{ use: packet_loss, targetComponents: [stock], parameters: { lossPercent: 20 } }';
  return {
    lines: `targetSystem:
  name: shop
  start: ["${process.execPath}", "${shop}"]
  env: { PORT: "${port}", UPSTREAM: "http://127.0.0.1:${upstream}/" }
  ready: { http: "http://127.0.0.1:${port}/" }
  dependencies: { stock: { env: UPSTREAM } }
${hasKernelRules ? `  ownNetwork: { publish: [${port}] }` : ''}`,
    scenarios: [
      ...(hasKernelRules ? [kernel] : []),
      '{ use: high_latency, targetComponents: [stock], parameters: { latencyMs: 50 } }',
    ],
    changed: () => Promise.resolve([]),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function runningTarget(port: number, upstream: number): Promise<TortureTarget> {
  const env = { ...process.env, PORT: String(port), UPSTREAM: `http://127.0.0.1:${upstream}/` };
  const child = spawn(process.execPath, ['--inspect-port=0', shop], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  const identity = await identityOf(child.pid ?? 0);
  if (identity === null) throw new Error('expected the shop to run');
  const { pid } = identity;
  const before = limitsOf(pid);
  return {
    lines: `targetSystem: { name: shop, pid: ${pid} }`,
    scenarios: ['{ use: high_latency, parameters: { latencyMs: 50 } }'],
    async changed() {
      return [
        ...(isStopped(identity) ? [`process ${pid} stands still`] : []),
        ...(limitsOf(pid) === before ? [] : [`limits of process ${pid}: ${limitsOf(pid)}`]),
        ...(await answers(port)),
        ...openPorts(identity, port),
      ];
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function limitsOf(pid: number): string {
  return existsSync(`/proc/${pid}/limits`) ? readFileSync(`/proc/${pid}/limits`, 'latin1') : 'gone';
}

/** It answers as ever, at once, and by itself. */
async function answers(port: number): Promise<readonly string[]> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(500) });
    const text = await response.text();
    return response.status === 200 ? [] : [`the shop answers ${response.status} ${text}`];
  } catch (error) {
    return [`the shop does not answer: ${String(error)}`];
  }
}

/** The inspector, by which it was attached to, is closed. */
function openPorts(identity: ProcessIdentity, port: number): readonly string[] {
  const others = listeningPorts(identity).filter((open) => open !== port);
  return others.map((open) => `process ${identity.pid} listens on port ${open}`);
}

function filesOn(disk: string | null): readonly string[] {
  if (disk === null) return [];
  return readdirSync(disk).map((name) => `file ${join(disk, name)}`);
}
