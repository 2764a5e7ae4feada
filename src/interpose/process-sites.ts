import childProcess, { ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { slowInForm } from './call-form.js';
import { calledFrom } from './called-from.js';
import type { CallSubject } from './call-subject.js';
import { failSpawn, slowSpawn } from './fail-spawn.js';
import { failSpawnSync } from './fail-spawn-sync.js';
import type { CallSite } from './find-call-sites.js';
import type { PlatformCall } from './platform-call.js';

/** The functions that start processes: `spawn`, `exec`, `execFile` and `fork` pass one method; the synchronous ones do not. */
export function processSites(): readonly CallSite[] {
  return [
    {
      name: 'child_process.spawn',
      component: 'child_process',
      method: 'spawn',
      holder: ChildProcess.prototype,
      key: 'spawn',
      platform: spawnCall,
      byNameOnly: true,
    },
    ...(['spawnSync', 'execFileSync', 'execSync'] as const).map((key) => ({
      name: 'child_process.spawnSync',
      component: 'child_process',
      method: 'spawnSync',
      holder: childProcess,
      key,
      platform: spawnSyncCall(key),
      byNameOnly: true,
    })),
  ];
}

const ofChildProcess = /^node:(internal\/)?child_process$/;

const spawnCall: PlatformCall = {
  subjectOf([options]) {
    const { file, args } = (options ?? {}) as { readonly file?: unknown; readonly args?: unknown };
    const caller = () => calledFrom(Reflect.get(ChildProcess.prototype, 'spawn'), ofChildProcess);
    return typeof file === 'string' ? { ...commandSubject(file, args), caller } : null;
  },
  enclose: (makeCall) => makeCall(),
  changed: () => undefined,
  fail: failSpawn,
  slow: slowSpawn,
};

function spawnSyncCall(key: 'spawnSync' | 'execFileSync' | 'execSync'): PlatformCall {
  return {
    subjectOf([file, args]) {
      const caller = () => calledFrom(childProcess[key]);
      return typeof file === 'string' ? { ...commandSubject(file, args), caller } : null;
    },
    enclose: (makeCall) => makeCall(),
    changed: syncBuiltinESMExports,
    fail: (call, failure) => failSpawnSync(key, call, failure),
    slow: (call, slowness) => slowInForm('sync', call, slowness),
  };
}

/** A program, and its whole command. */
function commandSubject(file: string, args: unknown): CallSubject {
  const given = Array.isArray(args) ? (args as readonly unknown[]).map(String) : [];
  return { paths: [file, [file, ...given].join(' ')] };
}
