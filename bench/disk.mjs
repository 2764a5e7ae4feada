// How closely a disk is filled to the level that is asked for, on file systems of its own (root). Prints points and times.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHAOS_SCENARIOS, FaultInjector, thisProcessTarget } from '../dist/index.js';

const folder = mkdtempSync(join(tmpdir(), 'chaosx-bench-disk-'));
const disk = join(folder, 'disk');
const image = join(folder, 'image');
const megabyte = 1_048_576;
const goal = 0.5;

function tool(...command) {
  const [program, ...args] = command;
  return spawnSync(program, args, { encoding: 'utf8' }).status === 0;
}

function percentUsed() {
  const { blocks, bfree, bavail } = statfsSync(disk);
  return (100 * (blocks - bfree)) / (blocks - bfree + bavail);
}

function mount(kind, megabytes) {
  if (kind === 'tmpfs') return tool('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk);
  writeFileSync(image, '');
  truncateSync(image, megabytes * megabyte);
  return tool(`mkfs.${kind}`, '-q', image) && tool('mount', '-o', 'loop', image, disk);
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
let [worst, most] = [0, -100];
spawnSync('mkdir', [disk]);
console.log('file system   level   off by (points)   filled in   given back in');
for (const [kind, megabytes] of [
  ['tmpfs', 1_024],
  ['ext4', 1_024],
  ['ext2', 512],
]) {
  if (!mount(kind, megabytes)) {
    console.log(`${kind}: cannot be mounted here, skipped`);
    continue;
  }
  try {
    for (const fillPercent of [50, 80, 95, 99]) {
      const [off, filledMs, backMs] = [[], [], []];
      for (let round = 0; round < 5; round += 1) {
        const scenario = CHAOS_SCENARIOS.disk_full.with({ parameters: { path: disk, fillPercent } });
        const from = performance.now();
        const injection = await new FaultInjector({ stateDirectory: join(folder, 'state') }).inject(
          scenario,
          thisProcessTarget('bench'),
        );
        filledMs.push(performance.now() - from);
        const past = percentUsed() - fillPercent;
        off.push(Math.abs(past));
        most = Math.max(most, past);
        const backFrom = performance.now();
        await injection.revert(AbortSignal.timeout(30_000));
        backMs.push(performance.now() - backFrom);
      }
      worst = Math.max(worst, ...off);
      const line = [
        `${kind} ${megabytes} MB`.padEnd(14),
        `${fillPercent} %`.padEnd(8),
        Math.max(...off)
          .toFixed(4)
          .padEnd(18),
        `${Math.round(median(filledMs))} ms`.padEnd(12),
        `${Math.round(median(backMs))} ms`,
      ];
      console.log(line.join(''));
    }
  } finally {
    tool('umount', '--lazy', disk);
  }
}
rmdirSync(disk);
rmSync(folder, { recursive: true });
console.log(
  `worst: ${worst.toFixed(4)} points (goal: ${goal}), past the level by at most ${Math.max(0, most).toFixed(4)}`,
);
if (worst > goal) process.exitCode = 1;
