import { execFileSync } from 'node:child_process';
import fs, { createReadStream, createWriteStream, readFile as importedReadFile } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { ChaosExperiment, ChaosOrchestrator } from '../src/index.js';
import { FaultInjector } from '../src/faults/fault-injector.js';
import type { Injection } from '../src/faults/injection.js';
import { activePatches } from '../src/interpose/active-patches.js';
import { isInjected } from '../src/interpose/injected-error.js';
import type { FiredDecision } from '../src/model/fault.js';
import type { ChaosScenario } from '../src/scenarios/chaos-scenario.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { thisProcessTarget } from '../src/targets/this-process-target.js';
import { never } from './network-servers.js';

const folder = fs.mkdtempSync(join(tmpdir(), 'chaosx-files-'));
const missing = join(folder, 'missing');
const present = join(folder, 'present');
const content = 'a file with some bytes in it\n'.repeat(40);
fs.writeFileSync(present, content);
const fired: FiredDecision[] = [];

afterEach(() => {
  fired.length = 0;
  expect(activePatches()).toEqual([]);
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

function inject(scenario: ChaosScenario, seed = 1): Promise<Injection> {
  return new FaultInjector().inject(scenario, thisProcessTarget('shop'), {
    seed,
    onFired: (decision) => void fired.push(decision),
  });
}

const failing = (code: string, parameters: object = {}) =>
  CHAOS_SCENARIOS.random_exceptions.with({
    parameters: { injectionRate: 1, exceptionTypes: [code], methods: ['fs.*'], ...parameters },
  });

/** All of an error that code can see, but its stack. */
function shape(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return { name: error.name, message: error.message, own: { ...error }, type: error.constructor.name };
}

const thrown = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};
const rejection = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

/** A call in all its forms: what each of them fails with. */
interface Forms {
  readonly sync: () => unknown;
  readonly callback: (done: (error: unknown) => void) => void;
  readonly promise: () => Promise<unknown>;
}

async function failures({ sync, callback, promise }: Forms): Promise<readonly unknown[]> {
  const all = [thrown(sync), await new Promise((resolve) => callback(resolve)), await rejection(promise())];
  return all;
}

const on = (path: string, other = join(folder, 'other')): Readonly<Record<string, Forms>> => ({
  readFile: {
    sync: () => fs.readFileSync(path),
    callback: (done) => fs.readFile(path, 'utf8', done),
    promise: () => fs.promises.readFile(path),
  },
  open: {
    sync: () => fs.openSync(path, 'r'),
    callback: (done) => fs.open(path, done),
    promise: () => fs.promises.open(path),
  },
  stat: {
    sync: () => fs.statSync(path),
    callback: (done) => fs.stat(path, done),
    promise: () => fs.promises.stat(path),
  },
  lstat: {
    sync: () => fs.lstatSync(path),
    callback: (done) => fs.lstat(path, done),
    promise: () => fs.promises.lstat(path),
  },
  access: {
    sync: () => fs.accessSync(path),
    callback: (done) => fs.access(path, done),
    promise: () => fs.promises.access(path),
  },
  readdir: {
    sync: () => fs.readdirSync(path),
    callback: (done) => fs.readdir(path, done),
    promise: () => fs.promises.readdir(path),
  },
  unlink: {
    sync: () => fs.unlinkSync(path),
    callback: (done) => fs.unlink(path, done),
    promise: () => fs.promises.unlink(path),
  },
  rename: {
    sync: () => fs.renameSync(path, other),
    callback: (done) => fs.rename(path, other, done),
    promise: () => fs.promises.rename(path, other),
  },
  copyFile: {
    sync: () => fs.copyFileSync(path, other),
    callback: (done) => fs.copyFile(path, other, done),
    promise: () => fs.promises.copyFile(path, other),
  },
  link: {
    sync: () => fs.linkSync(path, other),
    callback: (done) => fs.link(path, other, done),
    promise: () => fs.promises.link(path, other),
  },
  rmdir: {
    sync: () => fs.rmdirSync(path),
    callback: (done) => fs.rmdir(path, done),
    promise: () => fs.promises.rmdir(path),
  },
  readlink: {
    sync: () => fs.readlinkSync(path),
    callback: (done) => fs.readlink(path, done),
    promise: () => fs.promises.readlink(path),
  },
  truncate: {
    sync: () => fs.truncateSync(path),
    callback: (done) => fs.truncate(path, done),
    promise: () => fs.promises.truncate(path),
  },
  chmod: {
    sync: () => fs.chmodSync(path, 0o600),
    callback: (done) => fs.chmod(path, 0o600, done),
    promise: () => fs.promises.chmod(path, 0o600),
  },
  utimes: {
    sync: () => fs.utimesSync(path, 1, 1),
    callback: (done) => fs.utimes(path, 1, 1, done),
    promise: () => fs.promises.utimes(path, 1, 1),
  },
  statfs: {
    sync: () => fs.statfsSync(path),
    callback: (done) => fs.statfs(path, done),
    promise: () => fs.promises.statfs(path),
  },
  mkdir: {
    sync: () => fs.mkdirSync(join(path, 'x')),
    callback: (done) => fs.mkdir(join(path, 'x'), done),
    promise: () => fs.promises.mkdir(join(path, 'x')),
  },
});

const writing = (path: string): Readonly<Record<string, Forms>> => ({
  writeFile: {
    sync: () => fs.writeFileSync(path, 'x'),
    callback: (done) => fs.writeFile(path, 'x', done),
    promise: () => fs.promises.writeFile(path, 'x'),
  },
  appendFile: {
    sync: () => fs.appendFileSync(path, 'x'),
    callback: (done) => fs.appendFile(path, 'x', done),
    promise: () => fs.promises.appendFile(path, 'x'),
  },
});

describe('errors are what the file system gives', () => {
  test.each(Object.keys(on('')))('fs.%s of what is not there: ENOENT', async (method) => {
    const real = (await failures(on(missing)[method] as Forms)).map(shape);
    await using _ = await inject(failing('ENOENT', { methods: [`fs.${method}`] }));
    const ours = await failures(on(missing)[method] as Forms);
    expect(ours.map(shape)).toEqual(real);
    expect(ours.map(isInjected)).toEqual([true, true, true]);
    expect(fired.map(({ site }) => site)).toEqual(Array.from({ length: 3 }, () => `fs.${method}`));
  });

  test.each(Object.keys(writing('')))('fs.%s on a full disk: ENOSPC', async (method) => {
    const real = (await failures(writing('/dev/full')[method] as Forms)).map(shape);
    await using _ = await inject(failing('ENOSPC'));
    expect((await failures(writing(missing)[method] as Forms)).map(shape)).toEqual(real);
    expect(fs.existsSync(missing)).toBe(false);
    expect(fired).toHaveLength(3);
  });

  test.each(Object.keys(writing('')))('fs.%s on a folder: EISDIR', async (method) => {
    const real = (await failures(writing(folder)[method] as Forms)).map(shape);
    await using _ = await inject(failing('EISDIR'));
    expect((await failures(writing(folder)[method] as Forms)).map(shape)).toEqual(real);
    expect(fired).toHaveLength(3);
  });

  test('permission denied, to another user', async () => {
    const secret = join(folder, 'secret');
    fs.writeFileSync(secret, 'x', { mode: 0o600 });
    fs.chmodSync(folder, 0o755);
    const script = `try { require('fs').readFileSync(${JSON.stringify(secret)}) } catch (e) { console.log(JSON.stringify([e.message, { ...e }])) }`;
    const isRoot = process.getuid?.() === 0;
    const real = isRoot
      ? (JSON.parse(
          String(execFileSync(process.execPath, ['-e', script], { uid: 65_534, gid: 65_534, cwd: '/' })),
        ) as unknown)
      : [
          `EACCES: permission denied, open '${secret}'`,
          { errno: -13, code: 'EACCES', syscall: 'open', path: secret },
        ];
    await using _ = await inject(failing('EACCES'));
    const error = thrown(() => fs.readFileSync(secret)) as Error;
    expect([error.message, { ...error }]).toEqual(real);
  });

  test('what is open fails without a path', async () => {
    const full = fs.openSync('/dev/full', 'w');
    const handle = await fs.promises.open('/dev/full', 'w');
    const forms: Forms = {
      sync: () => fs.writeSync(full, 'x'),
      callback: (done) => fs.write(full, 'x', done),
      promise: () => handle.write('x'),
    };
    const real = (await failures(forms)).map(shape);
    const whole = shape(await rejection(handle.writeFile('x')));
    await using _ = await inject(failing('ENOSPC'));
    expect((await failures(forms)).map(shape)).toEqual(real);
    expect(shape(await rejection(handle.writeFile('x')))).toEqual(whole);
    expect(fired.map(({ site }) => site)).toEqual(['fs.write', 'fs.write', 'fs.write', 'fs.writeFile']);
    fs.closeSync(full);
    await handle.close();
  });

  test('streams emit it', async () => {
    const story = async (path: string) => {
      const seen: unknown[] = [];
      const stream = createWriteStream(path);
      stream.on('error', (error) => seen.push(shape(error)));
      stream.write('x');
      await new Promise<void>((resolve) => void stream.once('close', () => resolve()));
      return [...seen, stream.destroyed, stream.bytesWritten];
    };
    const real = await story('/dev/full');
    const none = await rejection(createReadStream(folder + '/none').toArray());
    await using _ = await inject(failing('ENOSPC', { methods: ['fs.write*'] }));
    expect(await story(join(folder, 'stream'))).toEqual(real);
    await using _open = await inject(failing('ENOENT', { methods: ['fs.open'] }));
    expect(shape(await rejection(createReadStream(folder + '/none').toArray()))).toEqual(shape(none));
  });

  test('paths may be URLs and buffers; named imports and promisified calls are met', async () => {
    await using _ = await inject(failing('EIO', { methods: ['fs.readFile', 'fs.stat'] }));
    expect(thrown(() => fs.statSync(pathToFileURL(present)))).toMatchObject({ code: 'EIO', path: present });
    expect(thrown(() => fs.statSync(Buffer.from(present)))).toMatchObject({ code: 'EIO', path: present });
    expect(
      await new Promise((resolve) => importedReadFile(present, (error) => resolve(error))),
    ).toMatchObject({
      message: 'EIO: i/o error, read',
    });
    expect(await rejection(promisify(fs.readFile)(present))).toMatchObject({ code: 'EIO' });
  });

  test('what the platform refuses itself stays its own', async () => {
    await using _ = await inject(failing('EIO'));
    expect(() => fs.readFileSync({} as string)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    );
    expect(() => fs.readFileSync('a\0b')).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }));
    expect(() => Reflect.apply(fs.readFile, fs, [present])).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    );
    expect(fired).toEqual([]);
  });
});

test('after: the work is done, and nothing is left open', async () => {
  const open = () => fs.readdirSync('/proc/self/fd').length;
  const before = open();
  {
    await using _ = await inject(
      failing('EIO', { moment: 'after', methods: ['fs.writeFile', 'fs.open', 'fs.unlink'] }),
    );
    const files = ['a', 'b', 'c'].map((name) => join(folder, name)) as [string, string, string];
    expect(thrown(() => fs.writeFileSync(files[0], 'x'))).toMatchObject({ code: 'EIO' });
    expect(await new Promise((resolve) => fs.writeFile(files[1], 'x', resolve))).toMatchObject({
      code: 'EIO',
    });
    expect(await rejection(fs.promises.writeFile(files[2], 'x'))).toMatchObject({ code: 'EIO' });
    expect(files.map((file) => fs.readFileSync(file, 'utf8'))).toEqual(['x', 'x', 'x']);
    await failures(on(present)['open'] as Forms);
    // What fails by itself keeps its own error.
    expect(thrown(() => fs.unlinkSync(missing))).toMatchObject({ code: 'ENOENT' });
  }
  expect(open()).toBe(before);
});

describe('which calls', () => {
  test('only files that are named, by what is open too', async () => {
    const other = join(folder, 'data.json');
    fs.writeFileSync(other, '{}');
    const [first, second] = [fs.openSync(present, 'r'), fs.openSync(other, 'r')];
    await using _ = await inject(failing('EIO', { methods: ['fs.read*'], paths: ['*.json'] }));
    expect(fs.readFileSync(present, 'utf8')).toBe(content);
    expect(thrown(() => fs.readFileSync(other))).toMatchObject({ code: 'EIO' });
    expect(fs.readSync(first, Buffer.alloc(4))).toBe(4);
    expect(thrown(() => fs.readSync(second, Buffer.alloc(4)))).toMatchObject({ code: 'EIO' });
    fs.closeSync(first);
    fs.closeSync(second);
  });

  test('none unless they are named', async () => {
    await using _all = await inject(failing('EIO', { methods: ['*'] }));
    await using _default = await inject(
      CHAOS_SCENARIOS.random_exceptions.with({ parameters: { injectionRate: 1 } }),
    );
    expect(fs.readFileSync(present, 'utf8')).toBe(content);
    const near = inject(failing('EIO', { methods: ['fs.readfile'] }));
    await expect(near).rejects.toThrow(
      'no call of the platform matches "fs.readfile" (did you mean "fs.readFile"?)',
    );
  });

  test('the loader of modules, the standard streams and parts of other calls are left alone', async () => {
    fs.writeFileSync(join(folder, 'late.cjs'), 'module.exports = require("./later.json").value;');
    fs.writeFileSync(join(folder, 'later.json'), '{ "value": 42 }');
    fs.writeFileSync(
      join(folder, 'reads.cjs'),
      `module.exports = () => require('fs').readFileSync(${JSON.stringify(present)});`,
    );
    const load = createRequire(import.meta.url);
    await using injection = await inject(failing('EIO', { paths: [`${folder}*`] }));
    expect(load(join(folder, 'late.cjs'))).toBe(42);
    const reads = load(join(folder, 'reads.cjs')) as () => unknown;
    expect(fired).toEqual([]);
    expect(reads).toThrow('EIO: i/o error, read');
    await using _all = await inject(failing('EIO'));
    fs.writeSync(2, '');
    expect(fired).toHaveLength(1);
    await injection.revert(never);
    fired.length = 0;
    // One call is one, whatever it opens, reads and closes.
    thrown(() => fs.writeFileSync(missing, Buffer.from('x')));
    await new Promise((resolve) => fs.appendFile(missing, 'x', resolve));
    expect(fired.map(({ site }) => site)).toEqual(['fs.writeFile', 'fs.appendFile']);
  });
});

test('a run whose disk is full writes its own journal to the end', async () => {
  const results = join(folder, 'results');
  const errors = new Set<unknown>();
  const outcome = await new ChaosOrchestrator({ resultsDirectory: results }).runExperiment(
    new ChaosExperiment({
      name: 'Full disk',
      targetSystem: 'shop',
      scenarios: [
        CHAOS_SCENARIOS.random_exceptions.with({
          duration: '600ms',
          parameters: { injectionRate: 1, exceptionTypes: ['ENOSPC'], methods: ['fs.*'] },
        }),
      ],
      steadyStateHypothesis: 'Orders are taken',
      successCriteria: { passRate: 0.5 },
      probes: [
        {
          name: 'order',
          every: '20ms',
          check: async () => {
            await fs.promises.writeFile(join(folder, 'order'), 'x').catch((error: NodeJS.ErrnoException) => {
              errors.add(error.code);
              throw error;
            });
            return true;
          },
        },
      ],
      baseline: '200ms',
      holdTime: '200ms',
    }),
  );
  expect([outcome.verdict, [...errors]]).toEqual(['deviated', ['ENOSPC']]);
  const [name = ''] = fs.readdirSync(results);
  const run = fs.readdirSync(join(results, name)).find((entry) => entry !== 'latest') ?? '';
  const events = fs
    .readFileSync(join(results, name, run, 'events.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });
  const types = events.map(({ type }) => type);
  expect(types.at(-1)).toBe('run-ended');
  expect(types.filter((type) => type === 'sample').length).toBeGreaterThan(30);
  expect(types).toEqual(expect.arrayContaining(['decision-fired', 'fault-checked', 'clean-exit-checked']));
  expect(fs.existsSync(join(results, name, run, 'results.json'))).toBe(true);
});

describe('slow', () => {
  const slow = CHAOS_SCENARIOS.slow_method.with({
    parameters: { injectionRate: 1, delayMs: 120, methods: ['fs.readFile'] },
  });

  test('each form waits in its way', async () => {
    await using injection = await inject(slow);
    const order: string[] = [];
    const from = performance.now();
    const promise = fs.promises
      .readFile(present, 'utf8')
      .then((text) => order.push(`promise ${text === content}`));
    const callback = new Promise<void>((resolve) => {
      fs.readFile(present, 'utf8', (error, text) => {
        order.push(`callback ${error} ${text === content}`);
        resolve();
      });
    });
    order.push('at once');
    await Promise.all([promise, callback]);
    expect(performance.now() - from).toBeGreaterThan(110);
    expect(order.toSorted()).toEqual(['at once', 'callback null true', 'promise true']);
    expect(order[0]).toBe('at once');
    const begun = performance.now();
    expect(fs.readFileSync(present, 'utf8')).toBe(content);
    expect(performance.now() - begun).toBeGreaterThan(110);
    expect(fired.map(({ effect }) => effect)).toEqual(['delay 120 ms', 'delay 120 ms', 'block 120 ms']);
    expect(await injection.check(never)).toMatchObject({ exposure: { n: 3 } });
  });

  test('a signal ends the wait as it ends a slow read', async () => {
    const slower = slow.with({ parameters: { delayMs: 60_000 } });
    const aborted = async () => {
      const controller = new AbortController();
      const reading = rejection(fs.promises.readFile(present, { signal: controller.signal }));
      controller.abort();
      return shape(await reading);
    };
    const real = await aborted();
    await using injection = await inject(slower);
    expect(await aborted()).toEqual(real);
    const reading = fs.promises.readFile(present, 'utf8');
    await injection.revert(never);
    expect(await reading).toBe(content);
  });
});

describe('short reads', () => {
  const short = (parameters: object = {}) =>
    CHAOS_SCENARIOS.short_read.with({ parameters: { injectionRate: 1, ...parameters } });

  async function readAll(read: (buffer: Buffer) => Promise<number> | number): Promise<[string, number[]]> {
    const [chunks, sizes]: [Buffer[], number[]] = [[], []];
    for (;;) {
      const buffer = Buffer.alloc(100);
      const n = await read(buffer);
      sizes.push(n);
      if (n === 0) return [Buffer.concat(chunks).toString(), sizes];
      chunks.push(buffer.subarray(0, n));
    }
  }

  test('reads give less, and the next one goes on from there', async () => {
    await using injection = await inject(short());
    const fd = fs.openSync(present, 'r');
    const handle = await fs.promises.open(present);
    const other = fs.openSync(present, 'r');
    const all = [
      await readAll((buffer) => fs.readSync(fd, buffer)),
      await readAll(async (buffer) => (await handle.read(buffer, 0, 100)).bytesRead),
      await readAll(
        (buffer) =>
          new Promise((resolve, reject) => {
            fs.read(other, { buffer }, (error, n) => (error ? reject(error) : resolve(n)));
          }),
      ),
    ];
    for (const [text, sizes] of all) {
      expect(text).toBe(content);
      expect(sizes.length).toBeGreaterThan(content.length / 100 + 2);
      expect(Math.max(...sizes)).toBeLessThan(100);
    }
    expect(await new Response(Readable.toWeb(createReadStream(present)) as ReadableStream).text()).toBe(
      content,
    );
    expect(fs.readFileSync(present, 'utf8')).toBe(content);
    const { measured, exposure } = await injection.check(never);
    expect(measured.during).toBeGreaterThan(80);
    expect(exposure).toMatchObject({ kind: 'counted', n: fired.length });
    expect(new Set(fired.map(({ site }) => site))).toEqual(new Set(['fs.read']));
    fs.closeSync(fd);
    fs.closeSync(other);
    await handle.close();
  });

  test('the same bytes are missing with the same seed', async () => {
    const sizes = async (seed: number) => {
      await using _ = await inject(short(), seed);
      const fd = fs.openSync(present, 'r');
      const [, found] = await readAll((buffer) => fs.readSync(fd, buffer));
      fs.closeSync(fd);
      return found;
    };
    expect(await sizes(3)).toEqual(await sizes(3));
    expect(await sizes(3)).not.toEqual(await sizes(4));
  });

  test('files end early', async () => {
    await using injection = await inject(short({ mode: 'truncated', paths: [present] }));
    const got = [
      fs.readFileSync(present, 'utf8'),
      await fs.promises.readFile(present, 'utf8'),
      await new Promise<string>((resolve) => fs.readFile(present, 'utf8', (_error, text) => resolve(text))),
      String(fs.readFileSync(present)),
      await new Response(Readable.toWeb(createReadStream(present)) as ReadableStream).text(),
    ];
    for (const text of got) {
      expect(text.length).toBeLessThan(content.length);
      expect(content.startsWith(text)).toBe(true);
    }
    expect(fs.readFileSync(import.meta.filename, 'utf8')).toContain('files end early');
    expect(await injection.check(never)).toMatchObject({ measured: { during: 100 }, exposure: { n: 5 } });
  });
});
