// Runs the agent's tests with targets on other versions of Node, whose binaries it installs from npm into a folder of their
// own: the tests themselves, and chaosx, stay on the Node that runs this.
//   npm run matrix -- [--versions 22,24,26] [--json FILE] [TEST…]
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** The newest that were tried; each works with the agent as it is. */
const known = { 22: '22.23.3', 24: '24.21.0', 26: '26.10.0' };
const suites = [
  'test/agent-session.test.ts',
  'test/agent-outgoing.test.ts',
  'test/agent-modules.test.ts',
  'test/agent-clock.test.ts',
  'test/attach.test.ts',
  'test/running-target.test.ts',
  'test/platform-faults.test.ts',
  'test/agent-faults.test.ts',
  'test/clock-faults.test.ts',
  'test/corruption-in-agent.test.ts',
  'test/corruption-decisions.test.ts',
  'test/race-decisions.test.ts',
  'test/deadlock-of-this-process.test.ts',
];
/** Of these only what is about other processes, by name. */
const families = ['clock', 'corruption', 'deadlock'].map((name) => `test/conformance/${name}.test.ts`);
const ofOtherProcesses = 'by agent|(started|running) process';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { versions: { type: 'string', default: Object.keys(known).join(',') }, json: { type: 'string' } },
});
/** Each a run of vitest. */
const runs =
  positionals.length > 0
    ? [{ files: positionals, options: [] }]
    : [
        { files: suites, options: [] },
        { files: families, options: ['--testNamePattern', ofOtherProcesses] },
      ];
if (process.platform !== 'linux') {
  console.error(`npm run matrix knows the packages of Node for Linux alone, not for ${process.platform}`);
  process.exit(2);
}

/** The binary of a version, installed once; npm runs no script of the package. */
function binaryOf(version) {
  const arch = { x64: 'x64', arm64: 'arm64' }[process.arch];
  const name = `node-linux-${arch}`;
  const folder = join('.node-versions', version);
  const binary = join(process.cwd(), folder, 'node_modules', name, 'bin', 'node');
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  execFileSync(
    'npm',
    ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`],
    {
      cwd: folder,
      stdio: 'inherit',
    },
  );
  return binary;
}

const totals = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0 };
let failed = false;
for (const asked of values.versions.split(',')) {
  const binary = binaryOf(known[asked] ?? asked);
  const version = execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim();
  const seen = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0 };
  for (const [at, { files, options }] of runs.entries()) {
    console.log(`\nTargets on Node ${version}: ${[...files, ...options].join(' ')}`);
    const counts = join('.node-versions', `${asked}-${at}.json`);
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${counts}`];
    const { status } = spawnSync('npx', ['vitest', 'run', ...reporters, ...options, ...files], {
      stdio: 'inherit',
      env: { ...process.env, CHAOSX_TEST_NODE: binary },
    });
    failed ||= status !== 0;
    const one = JSON.parse(readFileSync(counts, 'utf8'));
    for (const key of Object.keys(seen)) seen[key] += one[key];
    // A suite that could not be loaded ran no test.
    if (status !== 0 && one.numFailedTests === 0) seen.numFailedTests += 1;
  }
  for (const key of Object.keys(totals)) totals[key] += seen[key];
  console.log(`Node ${version}: ${seen.numPassedTests} passed, ${seen.numFailedTests} failed`);
}
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(totals));
process.exitCode = failed ? 1 : 0;
