import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { cgroupOf } from './cgroup-layout.js';

/** Files of /proc and /sys as they were seen on a machine, in a folder. */
class Machine implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'chaosx-cgroup-layout-'));

  constructor(files: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(this.path, dirname(name)), { recursive: true });
      writeFileSync(join(this.path, name), text);
    }
  }

  at(path: string): string {
    return join(this.path, path);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

const version1 = {
  'proc/self/mountinfo': `31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`,
  'proc/7/cgroup': '4:memory:/jobs/a:b\n1:cpu,cpuacct:/\n0::/\n',
  'sys/fs/cgroup/unified/cgroup.controllers': 'hugetlb\n',
};

test('version 1: each controller has a hierarchy of its own, and names may hold colons', () => {
  using machine = new Machine(version1);
  expect(cgroupOf(7, 'cpu', machine.path)).toEqual({
    version: 1,
    controller: 'cpu',
    folder: machine.at('sys/fs/cgroup/cpu,cpuacct'),
    top: machine.at('sys/fs/cgroup/cpu,cpuacct'),
  });
  expect(cgroupOf(7, 'memory', machine.path)).toMatchObject({
    version: 1,
    folder: machine.at('sys/fs/cgroup/memory/jobs/a:b'),
  });
  expect(cgroupOf(7, 'pids', machine.path)).toBeNull();
  expect(cgroupOf(8, 'cpu', machine.path)).toBeNull();
});

test('version 2: one hierarchy has what is switched on in it', () => {
  using machine = new Machine({
    'proc/self/mountinfo':
      '30 23 0:27 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n',
    'proc/7/cgroup': '0::/user.slice/user-0.slice/session-3.scope\n',
    'sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory pids\n',
  });
  const folder = machine.at('sys/fs/cgroup/user.slice/user-0.slice/session-3.scope');
  expect(cgroupOf(7, 'pids', machine.path)).toMatchObject({ version: 2, folder });
  expect(cgroupOf(7, 'cpuset', machine.path)).toMatchObject({ version: 2, folder });
});

test('a container sees a part of the hierarchy, at a place with a space in its name', () => {
  using machine = new Machine({
    'proc/self/mountinfo': String.raw`32 31 0:29 /docker/4f /sys/fs/my\040groups ro,relatime - cgroup cgroup rw,pids`,
    'proc/7/cgroup': '8:pids:/docker/4f/worker\n',
    'proc/8/cgroup': '8:pids:/docker/50\n',
    'proc/9/cgroup': '8:pids:/docker/4f/gone (deleted)\n',
  });
  expect(cgroupOf(7, 'pids', machine.path)?.folder).toBe(machine.at('sys/fs/my groups/worker'));
  expect(cgroupOf(8, 'pids', machine.path)).toBeNull();
  expect(cgroupOf(9, 'pids', machine.path)).toBeNull();
});
