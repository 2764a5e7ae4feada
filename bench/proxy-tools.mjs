// The load generators with which others measure proxies: iperf3 for bulk, redis-benchmark for requests. What is not on
// the PATH is left out.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** A load that takes longer hangs. */
const timeout = 120_000;

function isThere(program) {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts the servers that are to be had; `ports` is to be proxied, `loads` make one measurement each. */
export async function startTools(children, seconds) {
  const ports = [];
  const loads = [];
  const serve = async (command, args) => {
    const port = await freePort();
    children.push(spawn(command, args(port), { stdio: 'ignore' }));
    return ports.push(port) - 1;
  };
  if (isThere('iperf3')) {
    const at = await serve('iperf3', (port) => ['-s', '-B', '127.0.0.1', '-p', String(port)]);
    const bulk = (column, ...more) =>
      loads.push(async (portsOf) => {
        const args = [
          '-c',
          '127.0.0.1',
          '-p',
          String(portsOf[at]),
          '-t',
          String(Math.ceil(seconds)),
          '-J',
          ...more,
        ];
        const { stdout } = await run('iperf3', args, { maxBuffer: 1e8, timeout });
        return { [column]: JSON.parse(stdout).end.sum_received.bits_per_second / 1e9 };
      });
    bulk('iperf3 up Gb/s');
    bulk('iperf3 down Gb/s', '-R');
  }
  if (isThere('redis-server') && isThere('redis-benchmark')) {
    const at = await serve('redis-server', (port) => [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
    ]);
    const requests = (connections, rate, more, columns) =>
      loads.push(async (portsOf) => {
        const args = ['-h', '127.0.0.1', '-p', String(portsOf[at]), '-t', 'get', '--csv', '--precision', '3'];
        const counts = ['-c', String(connections), '-n', String(Math.round(rate * seconds)), ...more];
        const { stdout } = await run('redis-benchmark', [...args, ...counts], { timeout });
        const line = stdout.trim().split('\n').at(-1);
        const [, rps, , , p50, , p99] = line.split(',').map((cell) => Number(cell.replaceAll('"', '')));
        return columns({ rps, p50, p99 });
      });
    requests(1, 8_000, [], ({ p50, p99 }) => ({ 'redis c=1 p50 ms': p50, 'c=1 p99 ms': p99 }));
    requests(50, 40_000, [], ({ rps, p50, p99 }) => ({
      'redis c=50 req/s': rps,
      'c=50 p50 ms': p50,
      'c=50 p99 ms': p99,
    }));
    requests(50, 5_000, ['-k', '0'], ({ rps }) => ({ 'redis reconnects/s': rps }));
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { ports, loads };
}
