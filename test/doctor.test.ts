import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { hasKernelRules } from './kernel-rules.js';

const folder = mkdtempSync(join(tmpdir(), 'chaosx-doctor-'));
chmodSync(folder, 0o711);
afterAll(() => rmSync(folder, { recursive: true }));
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const nobody = 65_534;

interface Diagnosis {
  readonly needs: readonly { readonly name: string; readonly present: boolean; readonly problem: string }[];
  readonly scenarios: readonly {
    readonly scenario: string;
    readonly targets: Readonly<Record<string, { readonly backends: readonly string[] }>>;
  }[];
  readonly leftovers: readonly { readonly runId: string; readonly problems: readonly string[] }[];
}

/** What `chaosx doctor` says, with a state directory of its own. */
function doctor(name: string, { user, args = ['--json'] }: { user?: number; args?: readonly string[] } = {}) {
  const state = join(folder, name);
  mkdirSync(state, { recursive: true, mode: 0o700 });
  if (user !== undefined) chownSync(state, user, user);
  const { stdout, stderr, status } = spawnSync(process.execPath, [main, 'doctor', ...args], {
    encoding: 'utf8',
    env: { ...process.env, CHAOSX_STATE_DIR: state },
    ...(user !== undefined && { uid: user, gid: user }),
  });
  return { stdout, stderr, status };
}

function backends({ scenarios }: Diagnosis, scenario: string, target: string): readonly string[] | undefined {
  return scenarios.find((one) => one.scenario === scenario)?.targets[target]?.backends;
}

test('says which scenario can be made on which target, and finds nothing left over', () => {
  const { stdout, stderr, status } = doctor('clean');
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const diagnosis = JSON.parse(stdout) as Diagnosis;
  expect(diagnosis.leftovers).toEqual([]);
  expect(backends(diagnosis, 'high_latency', 'started')).toEqual(['proxy']);
  expect(backends(diagnosis, 'high_latency', 'running')).toEqual(['agent']);
  expect(backends(diagnosis, 'random_exceptions', 'objects')).toEqual(['in-process']);
  expect(backends(diagnosis, 'random_exceptions', 'address')).toEqual([]);
});

test.skipIf(!hasKernelRules)('with root and nftables, packets of an address can be lost', () => {
  const { stdout } = doctor('clean');
  expect(backends(JSON.parse(stdout) as Diagnosis, 'packet_loss', 'address')).toEqual(['kernel']);
});

describe.skipIf(process.geteuid?.() !== 0)('without root', () => {
  test('the rules of the kernel are missing, and why', () => {
    const { stdout, stderr, status } = doctor('nobody', { user: nobody });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const diagnosis = JSON.parse(stdout) as Diagnosis;
    const missing = new Map(diagnosis.needs.map((need) => [need.name, need.problem]));
    expect(missing.get('root')).toBe(`this is user ${nobody}`);
    expect(missing.get('nftables')).toBe('rules of the kernel need root');
    expect(backends(diagnosis, 'packet_loss', 'address')).toEqual([]);
    expect(backends(diagnosis, 'packet_loss', 'started')).toEqual(['proxy']);
  });
});

test('what is left of an earlier run is named, and exits as leaked', () => {
  mkdirSync(join(folder, 'left', 'undo'), { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'left', 'undo', 'run-of-yesterday.jsonl'), '{}\n', { mode: 0o644 });
  const { stdout, status } = doctor('left');
  expect(status).toBe(6);
  expect((JSON.parse(stdout) as Diagnosis).leftovers.map(({ runId }) => runId)).toEqual(['run-of-yesterday']);
  const text = doctor('left', { args: [] });
  expect(text.status).toBe(6);
  expect(text.stdout).toContain('Left of earlier runs: `chaosx recover` undoes it\nrun run-of-yesterday\n');
});
