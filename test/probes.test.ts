import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { isExempt } from '../src/interpose/exempt.js';
import type { Sample } from '../src/model/events.js';
import type { HttpExpectation, Probe, ProbeAnswer, ProbeSpec } from '../src/model/probe.js';
import { systemClock } from '../src/model/system-clock.js';
import { createProbe } from '../src/probes/create-probe.js';
import { healthCheckProbe } from '../src/probes/health-check-probe.js';
import { startProber } from '../src/probes/prober.js';
import { closedPort } from './network-servers.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function listen(server: net.Server, host = '127.0.0.1'): Promise<number> {
  server.listen(0, host);
  await once(server, 'listening');
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

/** An ask as the prober does it: a rejection is a failure, and the signal ends it. */
async function ask(probe: Probe, limitMs = 10_000): Promise<ProbeAnswer> {
  try {
    return await probe.ask(AbortSignal.timeout(limitMs));
  } catch (error) {
    return { ok: false, detail: `${(error as Error).name}: ${(error as Error).message}` };
  }
}

const make = (spec: ProbeSpec) => createProbe(spec, { clock: systemClock });

function invalid(spec: ProbeSpec): unknown {
  try {
    return make(spec);
  } catch (error) {
    return String(error);
  }
}

test('the defaults: every second, a limit of 2 s, no retries', () => {
  const timing = ({ name, everyMs, timeoutMs, retries, ticks }: Probe) => ({
    name,
    everyMs,
    timeoutMs,
    retries,
    ticks,
  });
  expect([
    timing(make({ name: 'web', http: 'http://127.0.0.1/' })),
    timing(make({ name: 'db', tcp: '127.0.0.1:5432', every: '200ms', timeout: 3, retries: 2 })),
    timing(make({ name: 'ping', command: 'true' })),
    timing(healthCheckProbe(() => true)),
  ]).toMatchInlineSnapshot(`
    [
      {
        "everyMs": 1000,
        "name": "web",
        "retries": 0,
        "ticks": "overlapping",
        "timeoutMs": 2000,
      },
      {
        "everyMs": 200,
        "name": "db",
        "retries": 2,
        "ticks": "overlapping",
        "timeoutMs": 3000,
      },
      {
        "everyMs": 1000,
        "name": "ping",
        "retries": 0,
        "ticks": "shared",
        "timeoutMs": 2000,
      },
      {
        "everyMs": 1000,
        "name": "health check",
        "retries": 0,
        "ticks": "shared",
        "timeoutMs": 2000,
      },
    ]
  `);
});

test('what is not valid is refused when the probe is made', () => {
  const refused = [
    invalid({ name: 'p', http: 'ftp://127.0.0.1/' }),
    invalid({ name: 'p', http: '127.0.0.1:3000' }),
    invalid({ name: 'p', http: 'http://127.0.0.1/', headers: { 'bad name': 'x' } }),
    invalid({ name: 'p', http: 'http://127.0.0.1/', expect: { json: { path: '$..' } } }),
    invalid({ name: 'p', http: 'http://127.0.0.1/', every: 0 }),
    invalid({ name: 'p', http: 'http://127.0.0.1/', timeout: '0s' }),
    invalid({ name: 'p', tcp: '127.0.0.1' }),
    invalid({ name: 'p', tcp: '::1:80' }),
    invalid({ name: 'p', tcp: '127.0.0.1:70000' }),
    invalid({ name: 'p', command: [] }),
    invalid({ name: 'p', command: 'a | b' }),
    invalid({ name: 'p', command: 'true', retries: 1.5 }),
  ];
  expect(refused.join('\n')).toMatchInlineSnapshot(`
    "ChaosError: expected an http or https URL for probe p, got ftp://127.0.0.1/
    ChaosError: expected an http or https URL for probe p, got 127.0.0.1:3000
    ChaosError: probe p: TypeError [ERR_INVALID_HTTP_TOKEN]: Header name must be a valid HTTP token ["bad name"]
    ChaosError: expected a JSON path, got "$.."
    ChaosError: expected \`every\` of probe p above 0, got 0 ms
    ChaosError: expected \`timeout\` of probe p above 0, got 0 ms
    ChaosError: expected host:port for probe p, got 127.0.0.1
    ChaosError: expected host:port for probe p, got ::1:80
    ChaosError: expected host:port for probe p, got 127.0.0.1:70000
    ChaosError: expected a command for probe p, got an empty list
    ChaosError: expected a plain command, got shell syntax "|" at character 3: a | b
    ChaosError: expected retries of probe p from 0 on, got 1.5"
  `);
});

test('HTTP: sends what was asked for over a fresh connection, and checks what comes', async () => {
  const ports = new Set<number | undefined>();
  const requests: unknown[] = [];
  const port = await listen(
    http.createServer((request, response) => {
      ports.add(request.socket.remotePort);
      request.setEncoding('utf8').on('data', (body: string) => {
        const { method, url, headers } = request;
        requests.push({ method, url, body, type: headers['content-type'], agent: headers['user-agent'] });
      });
      request.on('end', () => {
        response.setHeader('content-type', 'application/json');
        response.end('{"ok":true,"items":[{"price":3}]}');
      });
    }),
  );
  const probe = make({
    name: 'order',
    http: `http://127.0.0.1:${port}/orders?x=1`,
    method: 'POST',
    headers: { 'Content-Type': 'text/plain' },
    body: 'two apples',
    expect: {
      status: 200,
      body: 'items',
      json: { path: '$.items[0].price', equals: 3 },
      headers: { 'Content-Type': 'application/json' },
      within: '5s',
    },
  });
  for (let i = 0; i < 3; i += 1) expect(await ask(probe)).toEqual({ ok: true });
  expect(ports.size).toBe(3);
  expect(requests).toHaveLength(3);
  expect(requests[0]).toEqual({
    method: 'POST',
    url: '/orders?x=1',
    body: 'two apples',
    type: 'text/plain',
    agent: 'chaosx',
  });
});

test('HTTP: what goes wrong is told', async () => {
  const port = await listen(
    http.createServer((request, response) => {
      switch (request.url) {
        case '/503':
          response.writeHead(503).end('down for maintenance');
          break;
        case '/302':
          response.writeHead(302, { location: '/' }).end();
          break;
        case '/half':
          response.writeHead(200, { 'content-length': '100' });
          response.write('half', () => response.destroy());
          break;
        case '/reset':
          request.socket.resetAndDestroy();
          break;
        case '/slow-body':
          response.writeHead(200).write('first');
          break;
        default:
          // Never answered.
          break;
      }
    }),
  );
  const details: string[] = [];
  const see = async (path: string, expectation: HttpExpectation = {}) => {
    const probe = make({ name: 'p', http: `http://127.0.0.1:${port}${path}`, expect: expectation });
    details.push(`${path}: ${(await ask(probe, 300)).detail}`);
  };
  await see('/503', { status: 200, body: 'up' });
  await see('/302');
  await see('/half');
  await see('/reset');
  await see('/slow-body');
  await see('/hang');
  const closed = await closedPort();
  details.push(String((await ask(make({ name: 'p', http: `http://127.0.0.1:${closed}/` }))).detail));
  expect(details.join('\n').replace(String(closed), 'CLOSED')).toMatchInlineSnapshot(`
    "/503: expected status 200, got 503; expected a body with "up", got "down for maintenance"
    /302: expected status 2xx, got 302
    /half: Error: expected a whole answer, got status 200 and 4 bytes of body before the connection broke
    /reset: Error: read ECONNRESET
    /slow-body: Error: expected a whole answer, got status 200 and 5 bytes of body before the connection broke
    /hang: AbortError: The operation was aborted
    Error: connect ECONNREFUSED 127.0.0.1:CLOSED"
  `);
});

test('HTTP: reads at most 1 MiB of a body that never ends, and closes the connection', async () => {
  let sent = 0;
  const closed: Promise<unknown>[] = [];
  const port = await listen(
    http.createServer((_, response) => {
      closed.push(once(response, 'close'));
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) sent += 65_536;
        sent += 65_536;
      };
      response.on('drain', more);
      more();
    }),
  );
  const url = `http://127.0.0.1:${port}/`;
  expect(await ask(make({ name: 'p', http: url, expect: { body: 'xxx' } }))).toEqual({ ok: true });
  expect(await ask(make({ name: 'p', http: url, expect: { json: { path: '$' } } }))).toEqual({
    ok: false,
    detail: 'expected JSON, got a body over the limit of 1 MiB',
  });
  await Promise.all(closed);
  // Two asks, and what the sockets' buffers take besides.
  expect(sent).toBeLessThan(32 * 1_048_576);
});

test('HTTP: over IPv6 and by name', async () => {
  const answer = (_: http.IncomingMessage, response: http.ServerResponse) => response.end('ok');
  const v6 = await listen(http.createServer(answer), '::1');
  expect(await ask(make({ name: 'p', http: `http://[::1]:${v6}/` }))).toEqual({ ok: true });
  const named = await listen(http.createServer(answer));
  expect(await ask(make({ name: 'p', http: `http://localhost:${named}/` }))).toEqual({ ok: true });
});

test('HTTPS: the certificate counts, and the server learns the name', async () => {
  // A throwaway key of nobody's, for localhost, made for this test.
  const pem = (name: string) => fileURLToPath(new URL(`fixtures/tls/localhost-${name}.pem`, import.meta.url));
  const names: unknown[] = [];
  const server = https.createServer(
    { key: readFileSync(pem('key')), cert: readFileSync(pem('cert')) },
    (_, response) => response.end('ok'),
  );
  server.on('secureConnection', (socket: { servername?: unknown }) => names.push(socket.servername));
  const url = `https://localhost:${await listen(server)}/`;
  expect(await ask(make({ name: 'p', http: url }))).toMatchObject({
    ok: false,
    detail: expect.stringContaining('self-signed certificate') as string,
  });
  // Node reads NODE_EXTRA_CA_CERTS when it starts, so the good case needs a process of its own.
  const script = `
    const { createProbe } = await import(process.argv[1]);
    const probe = createProbe({ name: 'p', http: process.argv[2] }, { clock: { nowMs: () => performance.now() } });
    console.log(JSON.stringify(await probe.ask(AbortSignal.timeout(10_000))));`;
  const compiled = new URL('../dist/probes/create-probe.js', import.meta.url).href;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script, compiled, url],
    { env: { ...process.env, NODE_EXTRA_CA_CERTS: pem('cert') } },
  );
  expect(stdout).toBe('{"ok":true}\n');
  expect(names).toEqual(['localhost']);
});

test('HTTP and TCP connects are exempt from faults on this process', async () => {
  const port = await listen(http.createServer((_, response) => response.end('ok')));
  const seen: boolean[] = [];
  // Where a fault on outgoing connections acts.
  const descriptor = Object.getOwnPropertyDescriptor(net.Socket.prototype, 'connect') ?? {};
  Object.defineProperty(net.Socket.prototype, 'connect', {
    ...descriptor,
    value(this: net.Socket, ...args: unknown[]): unknown {
      seen.push(isExempt());
      return Reflect.apply(descriptor.value as typeof net.connect, this, args);
    },
  });
  cleanUps.push(() => Object.defineProperty(net.Socket.prototype, 'connect', descriptor));
  expect(await ask(make({ name: 'p', http: `http://127.0.0.1:${port}/` }))).toEqual({ ok: true });
  expect(await ask(make({ name: 'p', http: `http://localhost:${port}/` }))).toEqual({ ok: true });
  expect(await ask(make({ name: 'p', tcp: `127.0.0.1:${port}` }))).toEqual({ ok: true });
  expect(await ask(make({ name: 'p', http: `https://127.0.0.1:${port}/` }))).toMatchObject({ ok: false });
  expect(seen).toEqual([true, true, true, true]);
  expect(isExempt()).toBe(false);
});

test('TCP: accepts, refuses, or is aborted', async () => {
  const port = await listen(net.createServer((socket) => socket.destroy()));
  expect(await ask(make({ name: 'p', tcp: `127.0.0.1:${port}` }))).toEqual({ ok: true });
  expect(await ask(make({ name: 'p', tcp: `localhost:${port}` }))).toEqual({ ok: true });
  const v6 = await listen(
    net.createServer((socket) => socket.destroy()),
    '::1',
  );
  expect(await ask(make({ name: 'p', tcp: `[::1]:${v6}` }))).toEqual({ ok: true });
  const closed = await closedPort();
  expect(await ask(make({ name: 'p', tcp: `127.0.0.1:${closed}` }))).toEqual({
    ok: false,
    detail: `Error: connect ECONNREFUSED 127.0.0.1:${closed}`,
  });
  const aborted = make({ name: 'p', tcp: `127.0.0.1:${port}` }).ask(AbortSignal.abort());
  await expect(aborted).rejects.toThrow('aborted');
});

test('command: exit status and output', async () => {
  const see = (spec: Omit<Extract<ProbeSpec, { command: unknown }>, 'name'>) =>
    ask(make({ name: 'p', ...spec }));
  const node = process.execPath;
  expect([
    await see({ command: 'true' }),
    await see({ command: 'false' }),
    await see({ command: `sh -c 'exit 3'`, expect: { exitCode: 3 } }),
    await see({ command: ['sh', '-c', 'echo all; echo well >&2'], expect: { output: 'all' } }),
    await see({ command: ['sh', '-c', 'echo all; echo well >&2'], expect: { output: 'well' } }),
    await see({ command: ['echo', 'all | well'], expect: { output: 'bad' } }),
    await see({ command: ['sh', '-c', 'echo starting; echo no database >&2; exit 4'] }),
    await see({ command: ['sh', '-c', 'kill -SEGV $$'] }),
    await see({ command: 'no-such-program --x' }),
    // Far more than is kept: nothing blocks.
    await see({
      command: [node, '-e', 'process.stdout.write("x".repeat(3e6) + "end")'],
      expect: { output: 'end' },
    }),
  ]).toMatchInlineSnapshot(`
    [
      {
        "ok": true,
      },
      {
        "detail": "expected exit code 0, got 1",
        "ok": false,
      },
      {
        "ok": true,
      },
      {
        "ok": true,
      },
      {
        "ok": true,
      },
      {
        "detail": "expected output with "bad", got "all | well\\n"",
        "ok": false,
      },
      {
        "detail": "expected exit code 0, got 4: no database",
        "ok": false,
      },
      {
        "detail": "expected exit code 0, got SIGSEGV",
        "ok": false,
      },
      {
        "detail": "Error: spawn no-such-program ENOENT",
        "ok": false,
      },
      {
        "detail": "expected output with "end", got "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"",
        "ok": false,
      },
    ]
  `);
});

test('command: runs where and with what it is told', async () => {
  const probe = createProbe(
    { name: 'p', command: `sh -c 'pwd; echo $MARK'`, expect: { output: '/\nmark 7\n' } },
    { clock: systemClock, cwd: '/', env: { ...process.env, MARK: 'mark 7' } },
  );
  expect(await ask(probe)).toEqual({ ok: true });
});

test('command: the time limit kills the whole process group, and so does the end of the command', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'probes-'));
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  const pidFile = join(folder, 'pid');
  const isAlive = (pid: number) => {
    try {
      // A killed process that nobody waits for stays as a zombie where pid 1 does not reap.
      return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  };
  const background = `sleep 300 & echo $! > ${pidFile};`;
  const hanging = make({ name: 'p', command: ['sh', '-c', `${background} wait`] });
  const stop = new AbortController();
  const asked = hanging.ask(stop.signal);
  const first = await pidIn(pidFile);
  expect(isAlive(first)).toBe(true);
  stop.abort();
  await expect(asked).rejects.toThrow('aborted');
  await gone(() => isAlive(first));
  rmSync(pidFile);
  // The background process holds the pipes open: the ask ends all the same.
  expect(await ask(make({ name: 'p', command: ['sh', '-c', `${background} exit 0`] }))).toEqual({ ok: true });
  const second = await pidIn(pidFile);
  await gone(() => isAlive(second));
});

async function pidIn(file: string): Promise<number> {
  for (let i = 0; i < 500; i += 1) {
    try {
      const text = readFileSync(file, 'utf8');
      if (text.endsWith('\n')) return Number(text);
    } catch {
      // Not there yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`nothing wrote a pid to ${file}`);
}

/** SIGKILL, and the close of a connection, take effect a moment later. */
async function gone(isThere: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && isThere(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isThere()).toBe(false);
}

test('the prober on real time: a server that hangs, comes back, and is asked all the while', async () => {
  let hanging = false;
  const held: http.ServerResponse[] = [];
  const port = await listen(
    http.createServer((_, response) => {
      if (hanging) held.push(response);
      else response.end('ok');
    }),
  );
  const samples: Sample[] = [];
  const seen = async (outcome: Sample['outcome'], count: number) => {
    const from = samples.length;
    while (samples.slice(from).filter((sample) => sample.outcome === outcome).length < count) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const startedAtMs = systemClock.nowMs();
  {
    await using prober = startProber({
      probes: [make({ name: 'web', http: `http://127.0.0.1:${port}/`, every: '50ms', timeout: '300ms' })],
      clock: systemClock,
      startedAtMs,
      emit: (sample) => samples.push(sample),
      signal: new AbortController().signal,
    });
    prober.setRetrying(false);
    await seen('passed', 5);
    hanging = true;
    await seen('timeout', 3);
    hanging = false;
    await seen('passed', 5);
  }
  const atEnd = samples.length;
  // Four more ticks would be due.
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(samples.length).toBe(atEnd);
  const first = Math.min(...samples.map(({ intendedAt }) => intendedAt));
  const ticks = new Set<number>();
  for (const { intendedAt, outcome, latencyMs, t } of samples) {
    const tick = Math.round((intendedAt - first) / 50);
    ticks.add(tick);
    expect(intendedAt).toBeCloseTo(first + tick * 50, 6);
    expect(t).toBeGreaterThanOrEqual(intendedAt);
    expect(latencyMs === 300).toBe(outcome === 'timeout');
  }
  expect(ticks.size).toBe(samples.length);
  expect(held.length).toBeGreaterThanOrEqual(3);
  await gone(() => held.some((response) => !response.destroyed));
});
