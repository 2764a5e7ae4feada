import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TargetFacts } from '../src/agent/agent-files.js';
import { AgentHub } from '../src/agent/agent-hub.js';
import { preloadEnvironment } from '../src/agent/preload-environment.js';
import { nodeUnderTest } from './node-under-test.js';

/** The agent as it is loaded into targets. */
export const agentPath = fileURLToPath(new URL('../dist/agent/preload.cjs', import.meta.url));
let hubs = 0;

/** A controller of agents in a directory of its own, which goes with it. */
export interface TestHub extends AsyncDisposable {
  readonly hub: AgentHub;
  /** Load the agent into Node processes. */
  readonly variables: Readonly<Record<string, string>>;
}

export async function openTestHub(facts: TargetFacts = {}): Promise<TestHub> {
  hubs += 1;
  const directory = join(tmpdir(), `chaosx-test-${process.pid}-${hubs}-agent`);
  const hub = await AgentHub.open(directory, facts);
  return {
    hub,
    variables: preloadEnvironment(undefined, agentPath, directory),
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    },
  };
}

/** A Node program that answers each line that it is told with a line. */
export interface TestProgram extends AsyncDisposable {
  readonly pid: number;
  ask(line?: string): Promise<string>;
  /** What it exited with; signals by name. */
  readonly exited: Promise<number | string>;
}

/** @param code - has a function `answer(line)` in scope that it is to define; lives until its input ends */
export function startProgram(code: string, variables: Readonly<Record<string, string>>): TestProgram {
  const loop = `require('node:readline').createInterface(process.stdin).on('line', async (line) => {
    console.log(String(await answer(line).catch((error) => error.cause?.code ?? error.code ?? error)));
  });`;
  const child = spawn(nodeUnderTest, ['-e', `${code}\n${loop}`], {
    env: { ...process.env, ...variables },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const exited = once(child, 'exit').then(([exitCode, signal]) => (signal ?? exitCode) as number | string);
  return {
    pid: child.pid ?? 0,
    exited,
    async ask(line = '') {
      child.stdin.write(`${line}\n`);
      const { value } = (await lines.next()) as { value?: string };
      return value ?? 'ended';
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      child.kill('SIGKILL');
      await exited;
    },
  };
}
