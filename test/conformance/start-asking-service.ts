import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { listenersOf } from '../../src/targets/attach/find-inspector.js';
import { nodeUnderTest } from '../node-under-test.js';

/** A service that asks another for each request. */
export const askingProgram = fileURLToPath(new URL('../fixtures/asks-upstream.mjs', import.meta.url));

/** Starts one that asks `upstream` (host:port; without: it is the one that is asked), beside the test: what blocks this process for a lease's sake does not silence it. */
export async function startAskingService(port: number, upstream = '') {
  const service = spawn(nodeUnderTest, ['--inspect-port=0', askingProgram], {
    env: { ...process.env, UPSTREAM: upstream, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(service.stdout, 'data');
  const pid = service.pid ?? 0;
  return {
    pid,
    listeners: () => listenersOf(pid).map(({ address }) => address.port),
    async [Symbol.asyncDispose]() {
      service.kill();
      await once(service, 'exit');
    },
  };
}
