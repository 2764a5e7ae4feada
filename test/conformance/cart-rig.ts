import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openRunning } from '../../src/targets/open-running.js';
import { openTarget } from '../../src/targets/open-target.js';
import { runningTarget } from '../../src/targets/running-target.js';
import { startedTarget } from '../../src/targets/started-target.js';
import type { ConformanceRig } from '../../src/testing/fault-conformance.js';
import { findMarkedProcesses } from '../../src/undo/run-processes.js';
import { closedPort } from '../network-servers.js';
import { nodeUnderTest } from '../node-under-test.js';
import { rigRun } from './rig-run.js';

/** What the service answers by itself. */
const answers = {
  '/prices': '{"apple":3,"pear":4}',
  '/total': '{"sum":6}',
  '/message': '{"price":5}',
} as const;

const cwd = fileURLToPath(new URL('../fixtures/cart-service/', import.meta.url));
const modules = ['src/*.cjs'];

/** A service that holds state, started by chaosx or there before; looked at from outside. */
export async function cartRig(
  kind: 'started' | 'running',
  path: keyof typeof answers,
): Promise<ConformanceRig> {
  const run = rigRun();
  const port = await closedPort();
  const url = `http://127.0.0.1:${port}${path}`;
  const open = kind === 'started' ? await openStarted(run, port) : await openRunningOne(run, port);
  return {
    target: open.target,
    async feelsFault() {
      return (await (await fetch(url)).text()) !== answers[path];
    },
    async feelsFaultAfterSilence(silentMs) {
      // Waiting for another program blocks this process, whose timers then renew no lease.
      const ask = `fetch('${url}').then((got) => got.text()).then((text) => console.log(text === '${answers[path]}'))`;
      const script = `setTimeout(() => ${ask}, ${silentMs})`;
      return execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim() === 'false';
    },
    fingerprint: async () => [
      await findMarkedProcesses(run.runId),
      await (await fetch(`http://127.0.0.1:${port}/prices`)).text(),
    ],
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  };
}

function openStarted(run: ReturnType<typeof rigRun>, port: number) {
  const spec = {
    name: 'cart',
    start: [nodeUnderTest, 'server.cjs'],
    cwd,
    env: { PORT: String(port) },
    ready: { http: `http://127.0.0.1:${port}/prices` },
  };
  return openTarget(startedTarget(spec), spec, { ...run, agent: { redirectsOutgoing: false, modules } });
}

async function openRunningOne(run: ReturnType<typeof rigRun>, port: number) {
  const service = spawn(nodeUnderTest, ['--inspect-port=0', 'server.cjs'], {
    cwd,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(service.stdout, 'data');
  const stop = async () => {
    service.kill();
    await once(service, 'exit');
  };
  try {
    const target = runningTarget({ name: 'cart', pid: service.pid ?? 0 });
    const open = await openRunning(target, { ...run, agent: { redirectsOutgoing: false, modules } });
    return {
      target: open.target,
      async [Symbol.asyncDispose]() {
        await open[Symbol.asyncDispose]();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
