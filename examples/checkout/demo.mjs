// npm run demo: breaks what two versions of a small shop depend on, and puts both verdicts side by side.
//
// 1. The inventory service gets slow. 2. Where redis-server is installed: the network to the cache swallows everything.
// Everything runs on 127.0.0.1 and is ended afterwards, also when this process is killed.
// Exits 0 only if each naive version deviated and each hardened one held.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const chaosx = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const resultsDirectory = join(process.cwd(), 'chaos_results', 'demo');
const inventoryPort = 24100;
const redisPort = 24109;

const stop = new AbortController();
const runs = new Set();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    stop.abort();
    // chaosx reverts first; we wait for it, and end the helpers after it.
    for (const run of runs) run.kill('SIGTERM');
  });
}

/** Starts a program that ends when the returned handle is disposed, or when this process dies in whatever way. */
async function startHelper(port, program, args, env = {}) {
  if (await accepts(port)) throw new Error(`port ${port} of 127.0.0.1 is in use; end what listens there`);
  // The shell waits for the end of its input, which comes with the end of this process.
  const script = '"$@" & child=$!; read -r _; kill "$child"; wait "$child"';
  const shell = spawn('/bin/sh', ['-c', script, 'helper', program, ...args], {
    env: { ...process.env, ...env },
    // Ctrl-C on the terminal must not end it before chaosx has reverted.
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(shell, 'exit');
  const helper = {
    async [Symbol.asyncDispose]() {
      shell.stdin.end();
      await ended;
    },
  };
  for (let i = 0; i < 100; i += 1) {
    if (await accepts(port)) return helper;
    await sleep(100);
  }
  await helper[Symbol.asyncDispose]();
  throw new Error(`${program} did not listen on port ${port} within 10 s`);
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Runs an experiment as a user would, and gives what `results.json` has, with the folder where it is. */
async function runExperiment(file) {
  const args = [chaosx, 'run', join(here, file), '--results', resultsDirectory, '--json'];
  const run = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  runs.add(run);
  let [stdout, stderr] = ['', ''];
  run.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  run.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const [code] = await once(run, 'close');
  runs.delete(run);
  if (stdout === '') throw new Error(`chaosx run ${file} gave no results (exit code ${code}):\n${stderr}`);
  const results = JSON.parse(stdout);
  return { ...results, folder: folderOf(results.runId) };
}

function folderOf(runId) {
  for (const name of readdirSync(resultsDirectory)) {
    const folder = realpathSync(join(resultsDirectory, name, 'latest'));
    if (readFileSync(join(folder, 'events.jsonl'), 'utf8').includes(runId)) return folder;
  }
  throw new Error(`there is no folder of run ${runId} in ${resultsDirectory}`);
}

const paint = (style, text) => (process.stdout.isTTY ? styleText(style, text) : text);
const ms = (value) => {
  if (value === null || value === undefined) return '-';
  return value < 1_000 ? `${Math.round(value)} ms` : `${(value / 1_000).toFixed(2)} s`;
};
const seconds = (value) => ms(value === null ? null : value * 1_000);
const share = (value) => (value === null ? '-' : `${(value * 100).toFixed(1)} %`);

const rows = [
  ['verdict', ({ verdict }) => verdict],
  ['answers that were well', ({ metrics }) => share(metrics.passRate)],
  ['p95 before', ({ metrics }) => ms(metrics.responseTimes.before?.p95Ms)],
  ['p95 while broken', ({ metrics }) => ms(metrics.responseTimes.during?.p95Ms)],
  ['longest wait (limit 1 s)', ({ metrics }) => ms(metrics.responseTimes.during?.maxMs)],
  ['longest outage', ({ metrics }) => ms(metrics.longestOutageMs)],
  ['well again after', ({ metrics }) => seconds(metrics.recoveryTimeSeconds)],
];

/** True when the naive version deviated and the hardened one held. */
async function compare(title, naiveFile, hardenedFile) {
  console.log(`\n${paint('bold', title)}\n  running ${naiveFile} and ${hardenedFile} side by side …`);
  const outcomes = await Promise.allSettled([runExperiment(naiveFile), runExperiment(hardenedFile)]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  if (stop.signal.aborted) {
    console.log('  stopped; chaosx has put everything back');
    return false;
  }
  const [naive, hardened] = outcomes.map((outcome) => outcome.value);
  const asWanted = naive.verdict === 'deviated' && hardened.verdict === 'held';
  console.log(`\n  ${''.padEnd(26)}${'naive'.padEnd(18)}hardened`);
  for (const [name, cell] of rows) {
    console.log(`  ${name.padEnd(26)}${cell(naive).padEnd(18)}${cell(hardened)}`);
  }
  console.log('');
  for (const [name, results] of Object.entries({ naive, hardened })) {
    console.log(`  ${name}: ${results.reason}`);
    for (const advice of results.recommendations) console.log(`    ${advice}`);
    console.log(`    ${relative(process.cwd(), join(results.folder, 'results.json'))}`);
  }
  console.log(
    asWanted
      ? paint('green', '  as it should be: the naive version deviated, the hardened one held')
      : paint('red', '  not as it should be: the naive version must deviate, the hardened one must hold'),
  );
  return asWanted;
}

function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function main() {
  const inventory = await startHelper(inventoryPort, process.execPath, [join(here, 'inventory.mjs')], {
    PORT: String(inventoryPort),
  });
  try {
    const slow = await compare(
      'The inventory answers 500–2000 ms later, for 6 s',
      'naive.yaml',
      'hardened.yaml',
    );
    return (await cutOff()) && slow;
  } finally {
    await inventory[Symbol.asyncDispose]();
  }
}

async function cutOff() {
  if (stop.signal.aborted) return false;
  if (!onPath('redis-server')) {
    console.log('\nThe second comparison, with a cache in Redis, is skipped: redis-server is not installed');
    return true;
  }
  const folder = mkdtempSync(join(tmpdir(), 'chaosx-demo-'));
  const options = ['--save', '', '--appendonly', 'no', '--bind', '127.0.0.1', '--dir', folder];
  try {
    const redis = await startHelper(redisPort, 'redis-server', ['--port', String(redisPort), ...options]);
    try {
      return await compare(
        'The network to the Redis cache swallows everything, for 6 s',
        'naive-redis.yaml',
        'hardened-redis.yaml',
      );
    } finally {
      await redis[Symbol.asyncDispose]();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  const asWanted = await main();
  process.exitCode = stop.signal.aborted ? 130 : asWanted ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}
