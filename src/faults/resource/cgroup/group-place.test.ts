import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identityOf } from '../../../undo/process-identity.js';
import { groupPlace } from './group-place.js';

// As files: what the kernel would refuse cannot be seen here.
let files = '';
beforeEach(() => {
  files = mkdtempSync(join(tmpdir(), 'chaosx-group-place-'));
});
afterEach(() => rmSync(files, { recursive: true }));

const top = 'sys/fs/cgroup';
const at = (path: string) => join(files, top, path);

/** Version 2, with this process in a group. */
async function version2(group: string, more: Readonly<Record<string, string>>) {
  const all = {
    'proc/self/mountinfo': `30 23 0:27 / /${top} rw - cgroup2 cgroup2 rw\n`,
    [`proc/${process.pid}/cgroup`]: `0::/${group}\n`,
    [`${top}/cgroup.controllers`]: 'cpu memory pids\n',
    [`${top}/cgroup.procs`]: '',
    ...Object.fromEntries(Object.entries(more).map(([name, text]) => [`${top}/${name}`, text])),
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(join(files, dirname(name)), { recursive: true });
    writeFileSync(join(files, name), text);
  }
  const identity = await identityOf(process.pid);
  if (identity === null) throw new Error('this process is not there');
  return identity;
}

const session = (more: Readonly<Record<string, string>> = {}) => ({
  'cgroup.subtree_control': 'cpu memory pids\n',
  'session/cgroup.type': 'domain\n',
  'session/cgroup.controllers': 'cpu memory pids\n',
  'session/cgroup.subtree_control': '\n',
  'session/cgroup.procs': '1\n2\n',
  'session/cpu.max': 'max 100000\n',
  ...more,
});

test('below a group that has controlled ones already', async () => {
  const root = await version2('session', session({ 'session/cgroup.subtree_control': 'cpu\n' }));
  expect(groupPlace(root, 'cpu', files)).toMatchObject({ parent: at('session'), enabled: [] });
});

test('below the first of all, where the controller is switched on for it', async () => {
  const root = await version2('', { 'cgroup.subtree_control': 'memory\n' });
  expect(groupPlace(root, 'cpu', files)).toMatchObject({ parent: at(''), enabled: ['cpu'] });
});

test('below a group that is empty once the target has moved', async () => {
  const root = await version2('session', session({ 'session/cgroup.procs': '' }));
  expect(groupPlace(root, 'cpu', files)).toMatchObject({ parent: at('session'), enabled: ['cpu'] });
});

test('beside a group that holds others, unless it has a limit of its own', async () => {
  const root = await version2('session', session());
  expect(groupPlace(root, 'cpu', files)).toMatchObject({
    parent: at(''),
    home: { folder: at('session') },
    enabled: [],
  });
  writeFileSync(at('session/cpu.max'), '50000 100000\n');
  expect(groupPlace(root, 'cpu', files)).toBe(
    `the control group ${at('session')} has a limit of its own and holds other processes: start the target in one of its own, e.g. by \`systemd-run --scope\``,
  );
});

test('nowhere without the controller', async () => {
  const root = await version2('session', session({ 'session/cgroup.controllers': 'memory\n' }));
  expect(groupPlace(root, 'cpu', files)).toMatch(
    /^the control group .* has no controller cpu: switch it on in /,
  );
  expect(groupPlace(root, 'cpuset', files)).toMatch(/^it takes control groups with the controller cpuset/);
});
