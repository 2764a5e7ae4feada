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

const program = fileURLToPath(new URL('../fixtures/tells-time.mjs', import.meta.url));

/** A service that tells its clocks: started with the agent in it, or running before it was attached to. */
export async function clockAgentRig(kind: 'started' | 'running'): Promise<ConformanceRig> {
  const run = rigRun();
  const port = await closedPort();
  const agent = { redirectsOutgoing: false, changesClocks: true, modules: [] };
  const { open, stop } =
    kind === 'started' ? await start(port, { ...run, agent }) : await attach(port, { ...run, agent });
  return {
    target: open.target,
    feelsFault: async () => isWrong(port, 0),
    feelsFaultAfterSilence: async (silentMs) => isWrong(port, silentMs),
    fingerprint: async () => [await findMarkedProcesses(run.runId)],
    async [Symbol.asyncDispose]() {
      await open[Symbol.asyncDispose]();
      await stop();
    },
  };
}

type Context = Parameters<typeof openTarget>[2];

async function start(port: number, context: Context) {
  const spec = {
    name: 'service',
    start: [nodeUnderTest, program],
    env: { PORT: String(port) },
    ready: { http: `http://127.0.0.1:${port}/` },
  };
  return { open: await openTarget(startedTarget(spec), spec, context), stop: async () => undefined };
}

async function attach(port: number, context: Context) {
  const service = spawn(nodeUnderTest, ['--inspect-port=0', program], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(service.stdout, 'data');
  const stop = async () => {
    service.kill();
    await once(service, 'exit');
  };
  try {
    return {
      open: await openRunning(runningTarget({ name: 'service', pid: service.pid ?? 0 }), context),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Asks from another program, so that this one may be silent meanwhile: its timers then renew no lease. */
function isWrong(port: number, silentMs: number): boolean {
  const script = `
    setTimeout(async () => {
      const seen = await (await fetch('http://127.0.0.1:${port}/clocks')).json();
      const isOff = Math.abs(seen.wallMs - Date.now()) > 60_000;
      const isWrongSpeed = [seen.wallTookMs, seen.nowTookMs].some((ms) => Math.abs(ms - seen.tookMs) > 100);
      console.log(isOff || isWrongSpeed ? 'wrong' : 'right');
    }, ${silentMs});`;
  return execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim() === 'wrong';
}
