import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { decisions } from '../src/model/decide.js';
import type { FaultProxy } from '../src/proxy/fault-proxy.js';
import { createProxy, toxic, type ToxicInit } from '../src/proxy/index.js';
import { echo, listen } from './network-servers.js';
import { pause } from './toxiproxy-fixture.js';

const mebibyte = 1_048_576;

/** Toxics that change when bytes come, and never which. */
const lossless: readonly ((u: number) => Pick<ToxicInit, 'type' | 'attributes'>)[] = [
  (u) => ({ type: 'latency', attributes: { latency: Math.floor(u * 20), jitter: Math.floor(u * 10) } }),
  (u) => ({ type: 'latency', attributes: { latency: 5, jitter: 4 * u, distribution: 'pareto' } }),
  (u) => ({ type: 'bandwidth', attributes: { rate: 20_000 + Math.floor(u * 200_000) } }),
  (u) => ({
    type: 'slicer',
    attributes: { average_size: 2_000 + Math.floor(u * 9_000), size_variation: 999 },
  }),
  (u) => ({ type: 'packet_loss', attributes: { loss_rate: u / 2_000 } }),
  () => ({ type: 'slow_close', attributes: { delay: 5 } }),
  () => ({ type: 'corrupt', attributes: { bit_error_rate: 0 } }),
  () => ({ type: 'limit_data', attributes: { bytes: Number.MAX_SAFE_INTEGER } }),
  () => ({ type: 'noop' }),
];

/** Adds, changes and removes toxics until it is told to stop. @returns how many edits it made */
async function storm(proxy: FaultProxy, seed: number, signal: AbortSignal): Promise<number> {
  const decide = decisions(seed);
  let n = 0;
  const draw = () => decide('storm', 'draw', n++);
  let edits = 0;
  while (!signal.aborted) {
    const { toxics } = proxy;
    const victim = toxics[Math.floor(draw() * toxics.length)];
    const kind = lossless[Math.floor(draw() * lossless.length)];
    const act = draw();
    if (victim !== undefined && (act < 0.35 || toxics.length > 6)) await proxy.removeToxic(victim);
    else if (victim !== undefined && act < 0.5) {
      await proxy.changeToxic(victim, victim.asked.settings, draw());
    } else if (kind !== undefined) {
      const stream = draw() < 0.5 ? 'upstream' : 'downstream';
      const init = kind(draw());
      const per = draw() < 0.4 && init.type !== 'slow_close' ? 'message' : 'connection';
      proxy.addToxic(toxic({ ...init, name: `t${edits}`, stream, per, toxicity: draw() < 0.7 ? 1 : 0.5 }));
    }
    edits += 1;
    await pause(draw() * 3);
  }
  return edits;
}

async function send(socket: Socket, bytes: number): Promise<string> {
  const sha = createHash('sha256');
  const sizes = [65_536, 1, 1_448, 200_000, 16_384, 3];
  for (let left = bytes, n = 0; left > 0; n += 1) {
    const chunk = randomBytes(Math.min(left, sizes[n % sizes.length] ?? 1));
    left -= chunk.length;
    sha.update(chunk);
    if (!socket.write(chunk)) await once(socket, 'drain');
  }
  socket.end();
  return sha.digest('hex');
}

async function receive(socket: Socket): Promise<string> {
  const sha = createHash('sha256');
  for await (const chunk of socket) sha.update(chunk as Buffer);
  return sha.digest('hex');
}

test('64 MiB on four connections come back unchanged while toxics come, change and go', async () => {
  await using server = await listen(echo);
  await using proxy = await createProxy({ upstream: `127.0.0.1:${server.port}`, seed: 5 });
  const [host = '', port] = proxy.listen.split(':');
  const over = new AbortController();
  const stormed = storm(proxy, 11, over.signal);
  const connections = Array.from({ length: 4 }, async () => {
    const socket = connect({ host, port: Number(port), allowHalfOpen: true });
    const [sent, received] = await Promise.all([send(socket, 16 * mebibyte), receive(socket)]);
    socket.destroy();
    return sent === received;
  });
  const same = await Promise.all(connections);
  over.abort();
  expect(await stormed).toBeGreaterThan(20);
  expect(same).toEqual([true, true, true, true]);
  expect(proxy.counters.stats()).toMatchObject({
    bytesFromTarget: 64 * mebibyte,
    bytesToTarget: 64 * mebibyte,
  });
});
