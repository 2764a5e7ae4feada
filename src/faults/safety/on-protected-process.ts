import type { ProcessIdentity } from '../../model/receipt.js';
import { readProcess } from '../../undo/process-table.js';
import { processTree } from '../../undo/process-tree.js';
import type { SafetyCheck } from './safety-check.js';

/** The machine lives by them, or people reach it by them; as the kernel has their names, of 15 characters at most. */
const protectedNames =
  /^(systemd(-.*)?|init|sshd(-.*)?|dbus-daemon|dbus-broker.*|dockerd|containerd(-.*)?|kubelet|udevd)$/;
const kernelThreads = 2;

/** A process that is to be broken, with all below it where these are hit too. */
export const onProtectedProcess: SafetyCheck = ({ scenario, fault }, target, { protectedPids = [] }) => {
  if (target.kind !== 'running') return null;
  const { tree, who } = scenario.parameters as { readonly tree?: boolean; readonly who?: string };
  const hitsTree = fault.backend === 'process' && tree !== false && who !== 'process';
  const hit = hitsTree ? processTree(target.process) : [target.process];
  const found = hit.find((one) => protectedPids.includes(one.pid) || isVital(one));
  if (found === undefined) return null;
  const { pid } = found;
  const named = `process ${pid} (${readProcess(pid)?.name ?? 'unknown'})`;
  const place = pid === target.process.pid ? named : `${named} below process ${target.process.pid}`;
  return `${place} is protected${protectedPids.includes(pid) ? ' (protectedPids)' : ': the machine lives by it'}: name the process that serves`;
};

function isVital({ pid }: ProcessIdentity): boolean {
  const entry = readProcess(pid);
  if (pid === 1 || pid === kernelThreads) return true;
  return entry !== null && (entry.parentPid === kernelThreads || protectedNames.test(entry.name));
}
