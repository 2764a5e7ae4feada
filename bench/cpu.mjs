// CPU time that `cpu_spike` takes, beside what was asked, over ten seconds (goal: within 3 points): on a quiet machine, and with others
// that want all CPUs beside it (`stress-ng` where it is on the PATH, else as many Node processes that spin).
//   node bench/cpu.mjs [--seconds 10]
import { spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { startBusyWorkers } from '../dist/faults/resource/busy-workers.js';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } });
const ms = Number(values.seconds) * 1_000;
const cpus = availableParallelism();
const hasStress = spawnSync('stress-ng', ['--version']).status === 0;
const sleep = (forMs) => new Promise((resolve) => setTimeout(resolve, forMs));

function startOthers() {
  const children = hasStress
    ? [spawn('stress-ng', ['--cpu', String(cpus), '--quiet'], { stdio: 'ignore' })]
    : Array.from({ length: cpus }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
  return () => children.forEach((child) => child.kill('SIGTERM'));
}

async function measure(cores, share) {
  const workers = await startBusyWorkers(cores, { share, rampMs: 0, rampSteps: 0 });
  await sleep(200);
  const [from, startedAt] = [process.cpuUsage(), performance.now()];
  await sleep(ms);
  const { user, system } = process.cpuUsage(from);
  const got = (user + system) / 1_000 / (performance.now() - startedAt) / cores;
  await workers.stop();
  return 100 * got;
}

for (const beside of ['nothing', hasStress ? 'stress-ng' : 'spinning processes']) {
  const stop = beside === 'nothing' ? () => undefined : startOthers();
  try {
    for (const [cores, percent] of [
      [1, 20],
      [1, 50],
      [cpus, 30],
      ...(beside === 'nothing' ? [[cpus, 80]] : []),
    ]) {
      const got = await measure(cores, percent / 100);
      const off = got - percent;
      console.log(
        `${percent} % of ${cores} of ${cpus} CPUs, beside ${beside}: ${got.toFixed(1)} % (${off >= 0 ? '+' : ''}${off.toFixed(1)} points)`,
      );
    }
  } finally {
    stop();
  }
}
