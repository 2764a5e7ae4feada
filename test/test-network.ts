import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';

let networks = 0;

/** A machine of a test network: a network namespace with one address. */
export interface TestMachine {
  readonly netns: string;
  readonly ip: string;
}

/**
 * A network of a test's own: machines in namespaces, on one switch in another. The host is not connected to it and
 * nothing of the host's is changed. Gone with its scope, after the processes that were started in it.
 */
export class TestNetwork implements AsyncDisposable {
  readonly machines: readonly TestMachine[];
  readonly #name: string;
  readonly #processes: ChildProcess[] = [];

  constructor(count: number) {
    networks += 1;
    this.#name = `cxt-${process.pid}-${networks}`;
    this.machines = Array.from({ length: count }, (_, n) => ({
      netns: `${this.#name}-${n + 1}`,
      ip: `10.77.0.${n + 1}`,
    }));
    const hub = `${this.#name}-hub`;
    ip('netns', 'add', hub);
    ip('-n', hub, 'link', 'add', 'hub', 'type', 'bridge');
    ip('-n', hub, 'link', 'set', 'hub', 'up');
    for (const [n, { netns, ip: address }] of this.machines.entries()) {
      ip('netns', 'add', netns);
      ip('-n', hub, 'link', 'add', `port${n}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', netns);
      ip('-n', hub, 'link', 'set', `port${n}`, 'master', 'hub', 'up');
      ip('-n', netns, 'link', 'set', 'lo', 'up');
      ip('-n', netns, 'address', 'add', `${address}/24`, 'dev', 'eth0');
      ip('-n', netns, 'link', 'set', 'eth0', 'up');
    }
  }

  /** Starts a program on a machine; it ends with the network at the latest. */
  start(
    { netns }: TestMachine,
    command: readonly string[],
    options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
  ): RunningProgram {
    const child = spawn('nsenter', [`--net=/run/netns/${netns}`, '--', ...command], {
      stdio: ['pipe', 'pipe', 'inherit'],
      ...options,
    });
    this.#processes.push(child);
    return new RunningProgram(child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#processes) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    for (const { netns } of this.machines) ip('netns', 'delete', netns);
    ip('netns', 'delete', `${this.#name}-hub`);
  }
}

/** A program whose output is read line by line. */
export class RunningProgram {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor(child: ChildProcess) {
    this.child = child;
    if (child.stdout === null) throw new Error('expected a program with an output');
    this.#reader = createInterface({ input: child.stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** Its next line of output. */
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('the program ended');
    return value;
  }

  /** Sends a line and gives the answer, which is JSON. */
  async ask(line: string): Promise<unknown> {
    this.child.stdin?.write(`${line}\n`);
    return JSON.parse(await this.line());
  }
}

/** The tables of nftables on a machine. */
export function tablesOn({ netns }: TestMachine): readonly string[] {
  const text = execFileSync('nsenter', [`--net=/run/netns/${netns}`, '--', 'nft', 'list', 'tables'], {
    encoding: 'utf8',
  });
  return text.split('\n').filter((line) => line !== '');
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
