// 1 GiB there and back through a proxy whose lossless toxics come and go: the bytes must be the same.
import { createHash, randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';

/** @param api - asks the API at `base` */
export async function storm(base, api) {
  const bytes = 2 ** 30;
  const echoing = net.createServer((client) => client.pipe(client)).listen(0, '127.0.0.1');
  await once(echoing, 'listening');
  const spec = { name: 'storm', listen: '127.0.0.1:0', upstream: `127.0.0.1:${echoing.address().port}` };
  const { listen } = JSON.parse(await api(base, 'POST', '/proxies', spec));
  const socket = net.connect({ port: Number(listen.split(':')[1]), host: '127.0.0.1', allowHalfOpen: true });
  const [sent, received] = [createHash('sha256'), createHash('sha256')];
  let missing = bytes;
  let edits = 0;
  const back = new Promise((resolve) => {
    socket.on('data', (chunk) => {
      received.update(chunk);
      missing -= chunk.length;
      if (missing === 0) resolve();
    });
  });
  const edit = async () => {
    const kinds = [
      { type: 'latency', attributes: { latency: 5, jitter: 4 } },
      { type: 'bandwidth', attributes: { rate: 200_000 } },
      { type: 'slicer', attributes: { average_size: 9_000, size_variation: 3_000 } },
      { type: 'slow_close', attributes: { delay: 5 } },
      { type: 'noop' },
    ];
    const isOver = () => missing === 0;
    for (let n = 0; !isOver(); n += 1) {
      const kind = kinds[n % kinds.length];
      const stream = n % 2 === 0 ? 'upstream' : 'downstream';
      await api(base, 'POST', '/proxies/storm/toxics', { ...kind, name: `t${n}`, stream });
      if (n >= 3) await api(base, 'DELETE', `/proxies/storm/toxics/t${n - 3}`);
      edits += 1;
    }
  };
  const send = async () => {
    const chunk = Buffer.alloc(262_144);
    for (let left = bytes; left > 0; left -= chunk.length) {
      randomFillSync(chunk);
      sent.update(chunk);
      if (!socket.write(Buffer.from(chunk))) await once(socket, 'drain');
    }
  };
  const began = performance.now();
  await Promise.all([edit(), send(), back]);
  const same = sent.digest('hex') === received.digest('hex');
  const tookSeconds = (performance.now() - began) / 1_000;
  console.log(
    `\n1 GiB there and back under ${edits} edits: ${same ? 'equal SHA-256' : 'DIFFERENT'} (${tookSeconds.toFixed(0)} s)`,
  );
  socket.destroy();
  return same;
}
