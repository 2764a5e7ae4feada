/**
 * The fault proxy's process. Arguments: its directory, which exists, the lease in ms, and the identity (pid, start
 * time) of the process that it exits with, if there is one.
 */
import { ControlServer } from './control-server.js';
import { isAlive } from './process-identity.js';
import { frontMark } from './front-mark.js';
import { removeProxyDirectory } from './remove-proxy-directory.js';

const lookEveryMs = 200;

const [directory = '', leaseMs = '', pid, startTime = ''] = process.argv.slice(2);

function exit(): never {
  removeProxyDirectory(directory);
  process.exit(0);
}

// A fault in the handling of one connection must not end all others.
const log = (error: unknown) =>
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
process.on('uncaughtException', log);
process.on('unhandledRejection', log);
try {
  const server = await ControlServer.listen(directory, Number(leaseMs), exit);
  // In front of what others use, it goes when they are done.
  const end = process.env[frontMark] === undefined ? exit : () => void server.retire().catch(log);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
  const exitWith = pid === undefined ? null : { pid: Number(pid), startTime };
  setInterval(() => {
    if ((exitWith !== null && !isAlive(exitWith)) || server.isForsaken) exit();
  }, lookEveryMs);
  // Whoever started us waits for the end of this pipe, or for ours.
  process.stdout.end('ready\n');
} catch (error) {
  log(error);
  process.exitCode = 1;
  process.exit();
}
