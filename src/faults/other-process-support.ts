import type { Support } from '../model/fault.js';
import type { Target } from '../model/target.js';

/** Is the target a process of its own, as a whole, that may be touched? */
export function otherProcessSupport(target: Target, targetComponents: readonly string[]): Support {
  const no = (reason: string): Support => ({ supported: false, reason });
  if (target.kind !== 'started' && target.kind !== 'running') {
    return no(`${target.name} is not a process other than this one`);
  }
  if (process.platform !== 'linux')
    return no(`processes are known by /proc, which ${process.platform} has not`);
  if (targetComponents.length > 0) {
    return no('it is made to a whole process, not to a component of it: leave targetComponents empty');
  }
  if (target.kind === 'started') return { supported: true };
  const { pid } = target.process;
  if (pid === 1)
    return no('process 1 is init, without which nothing here runs: name the process that serves');
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') {
      return no(`process ${pid} belongs to another user: run chaosx as that one, or as root`);
    }
  }
  return { supported: true };
}
