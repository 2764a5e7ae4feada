import { once } from 'node:events';
import fs from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import timersPromises from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { FaultInjector } from '../src/faults/fault-injector.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { thisProcessTarget } from '../src/targets/this-process-target.js';

const scenario = CHAOS_SCENARIOS.race_condition.with({
  duration: 60,
  parameters: { maxDelayMs: 12, budget: 1, injectionRate: 0.5, gates: ['start', 'answer'] },
});

/** Everything of this process is perturbed until the work is done. */
async function perturbed<T>(seed: number, work: () => Promise<T>): Promise<T> {
  await using injection = await new FaultInjector().inject(scenario, thisProcessTarget('tests'), { seed });
  expect(injection).toBeDefined();
  return await work();
}

const seeds = fc.integer({ min: 0, max: 1_000_000 });

/** Perturbed and as the platform does it: one law for both. */
const ways = [
  ['undisturbed', (_seed: number, work: () => Promise<void>) => work()],
  ['perturbed', perturbed<void>],
] as const;

describe.each(ways)('%s', (_way, under) => {
  test('timers of equal duration run in the order in which they were set, each once, and cleared ones never', async () => {
    const timer = fc.record({
      durationMs: fc.integer({ min: 0, max: 3 }),
      clearAfterMs: fc.option(fc.integer({ min: 0, max: 8 }), { freq: 3 }),
      isPromise: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(timer, { minLength: 2, maxLength: 30 }), seeds, (timers, seed) =>
        under(seed, async () => {
          const ran: number[] = [];
          const cleared = new Set<number>();
          const over = timers.map(({ durationMs, clearAfterMs, isPromise }, i) => {
            if (isPromise) return timersPromises.setTimeout(durationMs).then(() => void ran.push(i));
            return new Promise<void>((resolve) => {
              const set = setTimeout(() => {
                ran.push(i);
                resolve();
              }, durationMs);
              if (clearAfterMs === null) return;
              setTimeout(() => {
                if (ran.includes(i)) return;
                cleared.add(i);
                clearTimeout(set);
                resolve();
              }, clearAfterMs);
            });
          });
          await Promise.all(over);
          await timersPromises.setTimeout(15);
          const expected = timers.flatMap((_, i) => (cleared.has(i) ? [] : [i]));
          expect(ran.toSorted((a, b) => a - b)).toEqual(expected);
          // 0 is 1 to the platform. Promises resolve their awaiters after callbacks of the same turn.
          for (const durationMs of [1, 2, 3]) {
            for (const kind of [true, false]) {
              const isOf = (i: number) =>
                timers[i]?.isPromise === kind && Math.max(1, timers[i]?.durationMs ?? 0) === durationMs;
              const order = ran.filter(isOf);
              expect(order).toEqual(order.toSorted((a, b) => a - b));
            }
          }
        }),
      ),
      { numRuns: 25 },
    );
  });

  test('immediates run in the order in which they were set, and cleared ones never', async () => {
    const immediate = fc.record({ isCleared: fc.boolean(), waitFirst: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(immediate, { minLength: 2, maxLength: 30 }), seeds, (immediates, seed) =>
        under(seed, async () => {
          const ran: number[] = [];
          const cleared = new Set<number>();
          for (const [i, { isCleared, waitFirst }] of immediates.entries()) {
            const set = setImmediate(() => ran.push(i));
            if (waitFirst) await new Promise((resolve) => setTimeout(resolve, 1));
            if (isCleared && !ran.includes(i)) {
              clearImmediate(set);
              cleared.add(i);
            }
          }
          await timersPromises.setImmediate();
          await timersPromises.setTimeout(30);
          expect(ran).toEqual(immediates.flatMap((_, i) => (cleared.has(i) ? [] : [i])));
        }),
      ),
      { numRuns: 15 },
    );
  });

  test('after each callback ticks come first, then promises, then the next callback', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 20 }),
        seeds,
        (durations, seed) =>
          under(seed, async () => {
            const log: string[] = [];
            await Promise.all(
              durations.map(
                (durationMs, i) =>
                  new Promise<void>((resolve) => {
                    setTimeout(() => {
                      log.push(`callback ${i}`);
                      void Promise.resolve().then(() => {
                        log.push(`promise ${i}`);
                        resolve();
                      });
                      process.nextTick(() => log.push(`tick ${i}`));
                    }, durationMs);
                  }),
              ),
            );
            for (let at = 0; at < log.length; at += 3) {
              const i = log[at]?.split(' ')[1];
              expect(log.slice(at, at + 3)).toEqual([`callback ${i}`, `tick ${i}`, `promise ${i}`]);
            }
          }),
      ),
      { numRuns: 15 },
    );
  });

  test('a stream of a file and one of a connection give their data in order and whole', async () => {
    await using files = await temporaryFolder();
    const file = join(files.path, 'data');
    const data = Buffer.from(Array.from({ length: 200_000 }, (_, i) => i % 251));
    await fc.assert(
      fc.asyncProperty(seeds, (seed) =>
        under(seed, async () => {
          const out = fs.createWriteStream(file);
          for (let at = 0; at < data.length; at += 20_000) out.write(data.subarray(at, at + 20_000));
          out.end();
          await once(out, 'close');
          const read = await fs.createReadStream(file, { highWaterMark: 9_000 }).toArray();
          expect(data.equals(Buffer.concat(read))).toBe(true);
          const server = net
            .createServer((socket) => fs.createReadStream(file).pipe(socket))
            .listen(0, '127.0.0.1');
          await once(server, 'listening');
          const socket = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
          expect(data.equals(Buffer.concat(await socket.toArray()))).toBe(true);
          server.close();
          await once(server, 'close');
        }),
      ),
      { numRuns: 6 },
    );
  });

  test('what is done with an open file before it is closed is done, and its results come before that of the close', async () => {
    await using files = await temporaryFolder();
    const file = join(files.path, 'rows');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 }),
        seeds,
        (rows, seed) =>
          under(seed, async () => {
            const handle = await open(file, 'w');
            const settled: number[] = [];
            const writes = rows.map((row, i) =>
              handle.write(`${row}`, i).then(({ bytesWritten }) => void settled.push(bytesWritten)),
            );
            await handle.close();
            expect(settled).toEqual(rows.map(() => 1));
            await Promise.all(writes);
            expect(await fs.promises.readFile(file, 'utf8')).toBe(rows.join(''));
          }),
      ),
      { numRuns: 15 },
    );
  });

  test('a timer that is refreshed while it is held back begins anew, and one that is let go holds up no exit', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, (seed) =>
        under(seed, async () => {
          const startedMs = performance.now();
          let ranMs = 0;
          const timer = setTimeout(() => (ranMs = performance.now()), 4);
          const refreshes = [2, 5, 8].map((atMs) =>
            timersPromises.setTimeout(atMs).then(() => {
              if (ranMs !== 0) return 0;
              timer.refresh();
              return performance.now();
            }),
          );
          const last = Math.max(startedMs, ...(await Promise.all(refreshes)));
          await vi.waitUntil(() => ranMs !== 0, { interval: 1 });
          // Node's timers count whole milliseconds from the begin of their turn.
          if (ranMs > last) expect(ranMs - last).toBeGreaterThan(4 - 2);
          expect(timer.hasRef()).toBe(true);
        }),
      ),
      { numRuns: 15 },
    );
  });
});

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'chaosx-race-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
