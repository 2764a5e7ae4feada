import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { ChaosError } from '../model/chaos-error.js';
import type { CommandProbeSpec, Probe, ProbeAnswer } from '../model/probe.js';
import { splitCommand } from '../model/split-command.js';
import { probeTiming } from './probe-timing.js';

const outputLimitBytes = 1_048_576;
const shownLength = 200;

/** Where and with which variables commands run. */
export interface CommandSurroundings {
  /** Default: the directory of this process. */
  readonly cwd?: string | undefined;
  /** Default: the environment of this process. */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/**
 * A probe that runs a command, in a process group of its own that is killed when the command has ended or must end.
 * The first 1 MiB of its output, standard output and errors together, is kept.
 *
 * @throws ChaosError INVALID_INPUT when the command is empty, or a text that cannot be split without a shell
 */
export function commandProbe(spec: CommandProbeSpec, surroundings: CommandSurroundings = {}): Probe {
  const [program, ...args] = typeof spec.command === 'string' ? splitCommand(spec.command) : spec.command;
  if (program === undefined || program === '') {
    throw new ChaosError('INVALID_INPUT', `expected a command for probe ${spec.name}, got an empty list`);
  }
  const { exitCode = 0, output } = spec.expect ?? {};
  return {
    ...probeTiming(spec),
    ticks: 'shared',
    async ask(signal) {
      signal.throwIfAborted();
      const child = spawn(program, args, {
        ...surroundings,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const seen = await ended(child, signal);
      return judge(seen, exitCode, output);
    },
  };
}

interface Ended {
  /** The exit code, or the name of the signal that ended it. */
  readonly status: number | string;
  readonly output: string;
}

async function ended(child: ChildProcess, signal: AbortSignal): Promise<Ended> {
  const chunks: Buffer[] = [];
  let size = 0;
  const streams = [child.stdout, child.stderr];
  for (const stream of streams) {
    stream?.on('data', (chunk: Buffer) => {
      if (size < outputLimitBytes) chunks.push(chunk);
      size += chunk.length;
    });
  }
  // What the command started in the background must not stay, nor hold the pipes open.
  child.once('exit', () => killGroup(child));
  const onAbort = () => {
    killGroup(child);
    // A daemon that left the group may hold the pipes open for ever.
    for (const stream of streams) stream?.destroy();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    // Also rejects when the program could not be started.
    const [code, signalName] = (await once(child, 'close')) as [number | null, string | null];
    signal.throwIfAborted();
    return {
      status: code ?? signalName ?? 'unknown',
      output: Buffer.concat(chunks).subarray(0, outputLimitBytes).toString('utf8'),
    };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}

function judge(seen: Ended, exitCode: number, output: string | undefined): ProbeAnswer {
  if (seen.status !== exitCode) {
    const lastLine = seen.output.trimEnd().split('\n').at(-1) ?? '';
    const said = lastLine === '' ? '' : `: ${lastLine.slice(0, shownLength)}`;
    return { ok: false, detail: `expected exit code ${exitCode}, got ${seen.status}${said}` };
  }
  if (output === undefined || seen.output.includes(output)) return { ok: true };
  const got = JSON.stringify(seen.output.slice(0, shownLength));
  return { ok: false, detail: `expected output with ${JSON.stringify(output)}, got ${got}` };
}
