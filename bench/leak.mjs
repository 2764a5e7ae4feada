// The rate at which `memory_leak` takes memory, beside what was asked (goal: within 5 %), seen from outside by resident memory:
// in a Node process that runs already, in its heap and outside of it, and beside a process that is no Node (root).
//   node bench/leak.mjs [--seconds 5]
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CHAOS_SCENARIOS, FaultInjector, runningTarget } from '../dist/index.js';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' } } });
const ms = Number(values.seconds) * 1_000;
const goal = 5;
const folder = mkdtempSync(join(tmpdir(), 'chaosx-bench-leak-'));
const sleep = (forMs) => new Promise((resolve) => setTimeout(resolve, forMs));

function residentMb(pid) {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) / 1_024;
}

/** What uses memory beside a target bears the mark of its run. */
function helpers() {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes('CHAOSX_HELPER=');
    } catch {
      return false;
    }
  });
}

/** Of the least squares line, in MB a second. */
function slopeOf(points) {
  const mean = (pick) => points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [meanX, meanY] = [mean(([x]) => x), mean(([, y]) => y)];
  return (1_000 * mean(([x, y]) => (x - meanX) * (y - meanY))) / mean(([x]) => (x - meanX) ** 2);
}

const rows = [
  ['external', 10],
  ['external', 100],
  ['heap', 10],
  ['heap', 50],
  ['beside', 10],
  ['beside', 100],
];
let worst = 0;
console.log('place      asked        got            off      given back');
for (const [place, rateMbPerSecond] of rows) {
  const command =
    place === 'beside' ? ['sleep', '600'] : [process.execPath, '-e', 'setInterval(() => {}, 50)'];
  const child = spawn(command[0], command.slice(1), { stdio: 'ignore' });
  await sleep(500);
  try {
    const before = residentMb(child.pid);
    const scenario = CHAOS_SCENARIOS.memory_leak.with({
      duration: (ms + 5_000) / 1_000,
      parameters: { place, rateMbPerSecond, limitMb: 2_000 },
    });
    const injection = await new FaultInjector({ stateDirectory: join(folder, 'state') }).inject(
      scenario,
      runningTarget({ name: 'bench', pid: child.pid }),
    );
    // The first steps are those of its start.
    await sleep(500);
    const pid = place === 'beside' ? helpers()[0] : child.pid;
    const points = [];
    for (const from = performance.now(); performance.now() - from < ms; await sleep(50)) {
      points.push([performance.now(), residentMb(pid)]);
    }
    await injection.revert(AbortSignal.timeout(30_000));
    const got = slopeOf(points);
    const off = (100 * (got - rateMbPerSecond)) / rateMbPerSecond;
    worst = Math.max(worst, Math.abs(off));
    const kept = place === 'beside' ? helpers().length : residentMb(child.pid) - before;
    console.log(
      [
        place.padEnd(11),
        `${rateMbPerSecond} MB/s`.padEnd(13),
        `${got.toFixed(2)} MB/s`.padEnd(15),
        `${off >= 0 ? '+' : ''}${off.toFixed(1)} %`.padEnd(9),
        place === 'beside'
          ? kept === 0
            ? 'all'
            : 'NOT ALL'
          : `all but ${kept.toFixed(0)} MB of its process`,
      ].join(''),
    );
  } finally {
    child.kill('SIGKILL');
  }
}
rmSync(folder, { recursive: true });
console.log(`worst: ${worst.toFixed(1)} % (goal: ${goal} %)`);
if (worst > goal) process.exitCode = 1;
