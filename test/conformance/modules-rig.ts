import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/model/system-clock.js';
import { openTarget } from '../../src/targets/open-target.js';
import { startedTarget } from '../../src/targets/started-target.js';
import type { ConformanceRig } from '../../src/testing/fault-conformance.js';
import { findMarkedProcesses } from '../../src/undo/run-processes.js';
import { closedPort } from '../network-servers.js';
import { nodeUnderTest } from '../node-under-test.js';
import { feltMs } from './feels.js';
import { rigRun } from './rig-run.js';

/** What the service answers by itself. */
const storedText = '{"key":"a","rows":3}';

/** A started service with modules of its own, whose functions the agent may reach. */
export async function modulesRig(): Promise<ConformanceRig> {
  const run = rigRun();
  const port = await closedPort();
  const spec = {
    name: 'service',
    start: [nodeUnderTest, 'server.mjs'],
    cwd: fileURLToPath(new URL('../fixtures/store-service/', import.meta.url)),
    env: { PORT: String(port) },
    ready: { http: `http://127.0.0.1:${port}/` },
  };
  const open = await openTarget(startedTarget(spec), spec, {
    ...run,
    agent: { redirectsOutgoing: false, modules: ['src/*.mjs'] },
  });
  const ask = `
    (async () => {
      const startedAt = performance.now();
      const response = await fetch('http://127.0.0.1:${port}/query');
      const { answer } = await response.json();
      return JSON.stringify(answer) !== '${storedText}' || performance.now() - startedAt > ${feltMs};
    })()`;
  return {
    target: open.target,
    async feelsFault() {
      const startedAt = systemClock.nowMs();
      const response = await fetch(`http://127.0.0.1:${port}/query`);
      const { answer } = (await response.json()) as { answer?: object | null };
      return JSON.stringify(answer) !== storedText || systemClock.nowMs() - startedAt > feltMs;
    },
    async feelsFaultAfterSilence(silentMs) {
      // Waiting for another program blocks this process, whose timers then renew no lease.
      const script = `setTimeout(() => ${ask}.then((felt) => console.log(felt)), ${silentMs})`;
      return execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim() === 'true';
    },
    fingerprint: () => findMarkedProcesses(run.runId),
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  };
}
