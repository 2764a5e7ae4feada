import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { syscallErrorByStrace } from '../../src/faults/resource/syscall-error.js';
import { systemClock } from '../../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../../src/scenarios/chaos-scenarios.js';
import { runningTarget } from '../../src/targets/running-target.js';
import type { ConformanceRig } from '../../src/testing/fault-conformance.js';
import { tracerPidOf } from '../../src/undo/tracer-pid.js';
import { never } from '../network-servers.js';
import { hasStrace } from '../real-programs.js';
import type { NamedSubject } from './keeps-contract.js';

/** A program whose system calls fail; none where strace is not there. */
export const tracedSubjects: readonly NamedSubject[] = hasStrace
  ? [
      [
        'a program that cannot cut a file',
        {
          fault: syscallErrorByStrace,
          scenario: CHAOS_SCENARIOS.syscall_error.with({
            parameters: { syscalls: ['ftruncate'], error: 'EIO' },
          }),
          setUp,
          isExclusive: true,
          module: {
            url: new URL('../../dist/faults/resource/syscall-error.js', import.meta.url),
            name: 'syscallErrorByStrace',
          },
        },
      ],
    ]
  : [];

/** A shell that, each time that it is told to, has a program of its own cut a file, and says whether it could. */
async function setUp(): Promise<ConformanceRig> {
  const folder = mkdtempSync(join(tmpdir(), 'chaosx-traced-'));
  const script = `echo ready; while read -r line; do if truncate -s 0 '${folder}/file' 2> /dev/null; then echo yes; else echo no; fi; done`;
  const child = spawn('bash', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] });
  const answer = async () => String(((await once(child.stdout, 'data')) as [Buffer])[0]).trim();
  await answer();
  const target = runningTarget({ name: 'shell', pid: child.pid ?? 0 });
  const { pid } = target.process;
  return {
    target,
    async feelsFault() {
      child.stdin.write('\n');
      return (await answer()) === 'no';
    },
    async fingerprint() {
      // strace lets go in its own time.
      const untilMs = systemClock.nowMs() + 2_000;
      while (tracerPidOf(pid) !== 0 && systemClock.nowMs() < untilMs) await systemClock.sleep(10, never);
      return [tracerPidOf(pid), /^State:\t[Tt]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))];
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await once(child, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
}
