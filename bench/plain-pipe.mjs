// What anybody would write: the measure that the proxy is held against.
import net from 'node:net';

const ports = process.argv.slice(2).map(Number);
const servers = ports.map((port) =>
  net
    .createServer((client) => {
      const upstream = net.connect(port, '127.0.0.1');
      client.pipe(upstream).pipe(client);
      client.on('error', () => upstream.destroy());
      upstream.on('error', () => client.destroy());
    })
    .listen(0, '127.0.0.1', 4096),
);
await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
console.log(servers.map((server) => server.address().port).join(' '));
