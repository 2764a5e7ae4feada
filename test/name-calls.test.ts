import { createSocket } from 'node:dgram';
import dns, { resolveMx as importedResolveMx } from 'node:dns';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FaultInjector } from '../src/faults/fault-injector.js';
import { activePatches } from '../src/interpose/active-patches.js';
import { isInjected } from '../src/interpose/injected-error.js';
import type { FiredDecision } from '../src/model/fault.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { thisProcessTarget } from '../src/targets/this-process-target.js';
import { startUpstream } from './network-servers.js';

const fired: FiredDecision[] = [];
const replies: Readonly<Record<string, number>> = { ENODATA: 0, ESERVFAIL: 2, ENOTFOUND: 3, EREFUSED: 5 };
let replyCode = 0;

/** A name server that says of every name that it has nothing, with the code of now. */
const server = createSocket('udp4', (question, { port, address }) => {
  const answer = Buffer.from(question);
  answer[2] = 0x81;
  answer[3] = 0x80 | replyCode;
  server.send(answer, port, address);
});
const answering = new dns.Resolver({ timeout: 500, tries: 1 });
const answeringPromises = new dns.promises.Resolver({ timeout: 500, tries: 1 });
const silent = new dns.Resolver({ timeout: 50, tries: 1 });
const deaf = createSocket('udp4');

beforeAll(async () => {
  server.bind(0, '127.0.0.1');
  deaf.bind(0, '127.0.0.1');
  await Promise.all([once(server, 'listening'), once(deaf, 'listening')]);
  answering.setServers([`127.0.0.1:${server.address().port}`]);
  answeringPromises.setServers([`127.0.0.1:${server.address().port}`]);
  silent.setServers([`127.0.0.1:${deaf.address().port}`]);
});
afterAll(() => {
  server.close();
  deaf.close();
});
afterEach(() => {
  fired.length = 0;
  expect(activePatches()).toEqual([]);
});

function shape(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return { name: error.name, message: error.message, own: { ...error }, order: Object.keys(error) };
}

const inject = (code: string, parameters: object = {}) =>
  new FaultInjector().inject(
    CHAOS_SCENARIOS.random_exceptions.with({
      parameters: { injectionRate: 1, exceptionTypes: [code], methods: ['dns.*'], ...parameters },
    }),
    thisProcessTarget('shop'),
    { seed: 1, onFired: (decision) => void fired.push(decision) },
  );

const asked = (ask: (done: (error: unknown) => void) => unknown): Promise<unknown> =>
  new Promise((resolve) => void ask((error) => resolve(shape(error))));
const rejected = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => 'found', shape);

const host = 'shop.invalid';
const kinds = ['A', 'AAAA', 'MX', 'TXT', 'SRV', 'NS', 'CNAME', 'SOA', 'NAPTR', 'CAA', 'PTR'] as const;

async function failures(resolver: dns.Resolver, promises: dns.promises.Resolver | null) {
  const found: unknown[] = [];
  for (const kind of kinds) found.push(await asked((done) => resolver.resolve(host, kind, done)));
  found.push(await asked((done) => resolver.resolve(host, done)));
  found.push(await asked((done) => resolver.resolve4(host, { ttl: true }, done)));
  found.push(await asked((done) => resolver.resolve6(host, done)));
  found.push(await asked((done) => resolver.resolveMx(host, done)));
  if (promises === null) return found;
  found.push(await rejected(promises.resolve(host)), await rejected(promises.resolve(host, 'MX')));
  found.push(await rejected(promises.resolveTxt(host)), await rejected(promises.resolve4(host)));
  return found;
}

describe('errors are what name servers give', () => {
  test.each(Object.keys(replies))('%s', async (code) => {
    replyCode = replies[code] ?? 0;
    const real = await failures(answering, answeringPromises);
    expect(real[0]).toMatchObject({ own: { code, syscall: 'queryA' } });
    await using _ = await inject(code);
    expect(await failures(answering, answeringPromises)).toEqual(real);
    expect(fired).toHaveLength(real.length);
  });

  test('ETIMEOUT: nobody answers', async () => {
    const real = await failures(silent, null);
    await using _ = await inject('ETIMEOUT');
    expect(await failures(silent, null)).toEqual(real);
  });

  test.each(['ENOTFOUND', 'EAI_AGAIN'])('%s of dns.lookup', async (code) => {
    await using _ = await inject(code);
    const own = { code, syscall: 'getaddrinfo', hostname: host, errno: code === 'ENOTFOUND' ? -3008 : -3001 };
    const expected = { message: `getaddrinfo ${code} ${host}`, own };
    expect(await asked((done) => dns.lookup(host, done))).toMatchObject(expected);
    expect(await asked((done) => dns.lookup(host, { all: true }, done))).toMatchObject(expected);
    expect(await rejected(dns.promises.lookup(host))).toMatchObject(expected);
    expect(fired.map(({ site }) => site)).toEqual(['dns.lookup', 'dns.lookup', 'dns.lookup']);
  });
});

test('functions of the module and named imports are met; addresses and wrong calls are not', async () => {
  await using _ = await inject('ESERVFAIL');
  expect(await asked((done) => dns.resolve4(host, done))).toMatchObject({ own: { code: 'ESERVFAIL' } });
  expect(await asked((done) => importedResolveMx(host, done))).toMatchObject({ own: { syscall: 'queryMx' } });
  expect(await rejected(dns.promises.resolve6(host))).toMatchObject({ own: { syscall: 'queryAaaa' } });
  const before = fired.length;
  expect(await asked((done) => dns.lookup('127.0.0.1', done))).toBe(null);
  expect(() => Reflect.apply(dns.resolve4, dns, [host])).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
  );
  expect(fired).toHaveLength(before);
});

test('a name that is connected to is looked up, where nothing above was chosen', async () => {
  await using upstream = await startUpstream();
  await using _ = await inject('ENOTFOUND', { hosts: ['localhost'] });
  const error = await fetch(`http://localhost:${upstream.port}/`).catch((failed: unknown) => failed);
  expect(error).toMatchObject({
    message: 'fetch failed',
    cause: { code: 'ENOTFOUND', hostname: 'localhost' },
  });
  expect(isInjected((error as Error).cause)).toBe(true);
  expect(await (await fetch(upstream.url)).text()).toBe('stock');
});

test('slow look-ups', async () => {
  const scenario = CHAOS_SCENARIOS.slow_method.with({
    parameters: { injectionRate: 1, delayMs: 120, methods: ['dns.*'] },
  });
  replyCode = replies['ENOTFOUND'] ?? 0;
  await using _ = await new FaultInjector().inject(scenario, thisProcessTarget('shop'));
  const from = performance.now();
  expect(await asked((done) => answering.resolve4(host, done))).toMatchObject({ own: { code: 'ENOTFOUND' } });
  expect(performance.now() - from).toBeGreaterThan(110);
  expect(await rejected(answeringPromises.resolve4(host))).toMatchObject({ own: { code: 'ENOTFOUND' } });
  expect(await rejected(dns.promises.lookup('localhost'))).toBe('found');
  expect(performance.now() - from).toBeGreaterThan(330);
});
