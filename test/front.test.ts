import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ChaosExperiment } from '../src/api/chaos-experiment.js';
import { ChaosOrchestrator } from '../src/api/chaos-orchestrator.js';
import type { FrontSpec, FrontsSpec } from '../src/model/experiment.js';
import { systemClock } from '../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { leftovers } from '../src/undo/leftovers.js';
import { environmentOf, listProcesses } from '../src/undo/process-table.js';
import { CliFolder, outputOf } from './cli-process.js';
import { closedPort, echo, fateOf, listen, never } from './network-servers.js';

/** The delay of the fault: far above what an answer takes without it, on a busy machine too. */
const latencyMs = 600;
const undoneWithinMs = 2_000;

function experiment(upstream: number, port: number, duration: string): string {
  return `name: In front
targetSystem: { name: db, address: "127.0.0.1:${upstream}", listen: "127.0.0.1:${port}" }
probes: [{ name: db, tcp: "127.0.0.1:${port}", every: 500ms }]
scenarios: [{ use: high_latency, duration: ${duration}, parameters: { latencyMs: ${latencyMs} } }]
baseline: 2s
holdTime: 100ms
`;
}

/** A client that writes a number every few ms to an echo, and sees whether each comes back in order. */
class Stream implements Disposable {
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout;
  readonly fate: Promise<string>;
  sent = '';
  heard = '';
  #n = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.heard += String(chunk);
    });
    this.fate = fateOf(socket);
    this.#timer = setInterval(() => {
      this.#n += 1;
      this.sent += `${this.#n} `;
      socket.write(`${this.#n} `);
    }, 5);
  }

  /** How long the newest number takes to come back, in ms. */
  async delayMs(): Promise<number> {
    const [wanted, beganMs] = [this.sent.length, systemClock.nowMs()];
    while (this.heard.length < wanted) await systemClock.sleep(1, never);
    return systemClock.nowMs() - beganMs;
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await expect.poll(() => this.heard).toBe(this.sent);
    this.#socket.end();
    expect(await this.fate).toBe('end');
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#socket.destroy();
  }
}

async function streamTo(port: number): Promise<Stream> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    if (connected) return new Stream(socket);
    await systemClock.sleep(20, never);
  }
}

/** The proxies in front of targets whose directory is in a folder. */
function frontsIn(folder: CliFolder): readonly number[] {
  const runs = readdirSync(folder.temporary).map((name) => name.replace(/^chaosx-(.*)-front$/, '$1'));
  return listProcesses()
    .filter(({ pid }) => runs.some((run) => environmentOf(pid).includes(`CHAOSX_FRONT=${run}`)))
    .map(({ pid }) => pid);
}

async function untilActive(child: ChildProcess): Promise<void> {
  for await (const chunk of child.stderr ?? []) if (String(chunk).includes('confirmed active')) return;
  throw new Error('the run ended before its fault was active');
}

describe('chaosx run, killed while a client streams through its proxy', () => {
  test.each(['alone', 'together with its watchdog'])('%s: nothing is cut, nothing is lost', async (how) => {
    using folder = new CliFolder();
    await using upstream = await listen(echo);
    const port = await closedPort();
    writeFileSync(join(folder.path, 'front.yaml'), experiment(upstream.port, port, '60s'));
    const child = folder.start(['run', 'front.yaml']);
    using stream = await streamTo(port);
    await untilActive(child);
    expect(await stream.delayMs()).toBeGreaterThan(latencyMs / 2);
    expect(frontsIn(folder)).toHaveLength(1);
    const watchdog = listProcesses().find(
      (one) =>
        one.parentPid === child.pid &&
        environmentOf(one.pid).some((entry) => entry.startsWith('CHAOSX_WATCHDOG=')),
    );
    if (how !== 'alone') process.kill(watchdog?.pid ?? 0, 'SIGKILL');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const killedAt = systemClock.nowMs();
    while ((await stream.delayMs()) > latencyMs / 2) {
      expect(systemClock.nowMs() - killedAt).toBeLessThan(undoneWithinMs);
    }
    if (how === 'alone') {
      const open = () => leftovers({ stateDirectory: join(folder.path, 'state') });
      await expect.poll(open, { timeout: 5_000 }).toEqual([]);
    } else {
      expect((await folder.run('recover')).stdout).toMatch(/undone {2}front/);
    }
    expect((await folder.run('recover')).stdout).toMatch(/^nothing was left behind/);
    // It takes nobody in any more, and keeps whom it has.
    expect(await fateOf(connect(port, '127.0.0.1'))).toBe('ECONNREFUSED');
    const [front = 0] = frontsIn(folder);
    process.kill(front, 'SIGTERM');
    await systemClock.sleep(1_000, never);
    expect(frontsIn(folder)).toEqual([front]);
    await stream.delayMs();
    await stream.end();
    await expect.poll(() => readdirSync(folder.temporary), { timeout: 5_000 }).toEqual([]);
    expect(frontsIn(folder)).toEqual([]);
  });
});

test('a run that ends keeps connections, says that it left nothing, and the next run may listen there', async () => {
  using folder = new CliFolder();
  await using upstream = await listen(echo);
  const port = await closedPort();
  writeFileSync(join(folder.path, 'front.yaml'), experiment(upstream.port, port, '3s'));
  const run = async () => {
    const child = folder.start(['run', 'front.yaml']);
    const output = outputOf(child);
    return { stream: await streamTo(port), output: await output };
  };
  const { stream, output } = await run();
  using first = stream;
  expect(output).toMatchObject({ code: 0, stdout: expect.stringMatching(/held/) as string });
  const again = await run();
  using second = again.stream;
  expect(again.output.code).toBe(0);
  expect(frontsIn(folder)).toHaveLength(2);
  await first.end();
  await second.end();
  await expect.poll(() => readdirSync(folder.temporary), { timeout: 5_000 }).toEqual([]);
});

describe('in the API', () => {
  const run = async (
    targetSystem: FrontSpec | FrontsSpec,
    probe: () => Promise<unknown>,
    targetComponents: readonly string[] = [],
  ) => {
    const orchestrator = new ChaosOrchestrator({ resultsDirectory: null });
    return orchestrator.runExperiment(
      new ChaosExperiment({
        name: 'In front',
        targetSystem,
        scenarios: [
          CHAOS_SCENARIOS.connection_reset.with({
            duration: '3s',
            targetComponents,
            parameters: { resetRate: 1 },
          }),
        ],
        probes: [{ name: 'db', check: probe, every: '500ms' }],
        successCriteria: { passRate: 0 },
        baseline: '2s',
        holdTime: '100ms',
      }),
    );
  };

  test('an address is broken for the clients that are pointed at the port in front of it', async () => {
    await using upstream = await listen(echo);
    const port = await closedPort();
    const fates = new Set<string>();
    const results = await run(
      { name: 'db', address: `127.0.0.1:${upstream.port}`, listen: `127.0.0.1:${port}` },
      async () => {
        const socket = connect(port, '127.0.0.1');
        socket.end('hello');
        fates.add(await fateOf(socket));
        return true;
      },
    );
    expect(results).toMatchObject({
      verdict: 'held',
      scenarios: [{ backend: 'proxy', evidence: { active: 'yes', exposure: { kind: 'counted' } } }],
      cleanExit: { clean: true },
    });
    expect([...fates].toSorted()).toEqual(['ECONNRESET', 'end']);
  });

  test('of several addresses, those that are named are broken', async () => {
    await using upstream = await listen(echo);
    const ports = { primary: await closedPort(), replica: await closedPort() };
    const address = `127.0.0.1:${upstream.port}`;
    const fates = { primary: new Set<string>(), replica: new Set<string>() };
    const ask = async (name: keyof typeof ports) => {
      const socket = connect(ports[name], '127.0.0.1');
      socket.end('hello');
      fates[name].add(await fateOf(socket));
    };
    const results = await run({
      name: 'db',
      fronts: {
        primary: { address, listen: `127.0.0.1:${ports.primary}` },
        replica: { address, listen: `127.0.0.1:${ports.replica}` },
      },
    }, async () => {
      await Promise.all([ask('primary'), ask('replica')]);
      return true;
    }, ['replica']);
    expect(results).toMatchObject({ verdict: 'held', cleanExit: { clean: true } });
    expect([...fates.primary]).toEqual(['end']);
    expect([...fates.replica].toSorted()).toEqual(['ECONNRESET', 'end']);
  });

  test('fronts that cannot be are said before anything starts', async () => {
    const place = { address: '127.0.0.1:1', listen: '127.0.0.1:2' };
    const well = async () => true;
    await expect(run({ name: 'db', fronts: {} }, well)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(run({ name: 'db', fronts: { a: place, b: place } }, well)).rejects.toMatchObject({
      message: 'expected a port of its own in front of each place, got 127.0.0.1:2 twice',
    });
    await expect(run({ name: 'db', fronts: { primary: place } }, well, ['primray'])).rejects.toMatchObject({
      code: 'UNSUPPORTED_SCENARIO',
      message: expect.stringContaining('db has no front "primray"') as string,
    });
  });

  test('that nobody connects to: not injected, and why', async () => {
    await using upstream = await listen(echo);
    const port = await closedPort();
    const results = await run(
      { name: 'db', address: `127.0.0.1:${upstream.port}`, listen: `127.0.0.1:${port}` },
      async () => true,
    );
    expect(results).toMatchObject({
      verdict: 'not-injected',
      reason: expect.stringContaining(
        `expected a client of db to connect to 127.0.0.1:${port} during the baseline, none did`,
      ) as string,
    });
  });

  test('a port that is taken is said so, before anything is broken', async () => {
    await using upstream = await listen(echo);
    const taken = `127.0.0.1:${upstream.port}`;
    await expect(run({ name: 'db', address: taken, listen: taken }, async () => true)).rejects.toMatchObject({
      code: 'PROXY_FAILED',
      message: expect.stringContaining(`cannot listen on ${taken}`) as string,
    });
  });
});
