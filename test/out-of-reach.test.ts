import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { AgentFaults, AgentLink } from '../src/model/agent-link.js';
import { systemClock } from '../src/model/system-clock.js';
import { openRunning } from '../src/targets/open-running.js';
import { runningTarget } from '../src/targets/running-target.js';
import { openTestHub, startProgram, type TestProgram } from './agent-rig.js';
import { never } from './network-servers.js';

const root = mkdtempSync(join(tmpdir(), 'chaosx-out-of-reach-'));
afterAll(() => rmSync(root, { recursive: true }));

const files = {
  'main.mjs': `import { shown, cache } from './src/db.mjs';
import handle from './src/handle.cjs';
import './src/symbol.mjs';
export const answer = () => [shown(), cache.get(), handle()].join();`,
  'src/db.mjs': `const hidden = () => 1;
let assigned = () => 2;
const kept = () => 3;
try { kept = 4; } catch { assigned = kept; }
export function shown() { return hidden() + assigned(); }
export const cache = Object.freeze({ get: () => 5 });
export const near = () => 6;`,
  'src/handle.cjs': 'module.exports = function handle() { return 7; };',
  'src/symbol.mjs': 'const Symbol = 8; export const odd = () => Symbol;',
};
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

/** A program of these files, in whose folder it runs. */
function start(variables: Readonly<Record<string, string>>): TestProgram {
  const main = JSON.stringify(join(root, 'main.mjs'));
  const code = `process.chdir(${JSON.stringify(root)});
const main = import(${main});
const answer = async () => (await main).answer();`;
  return startProgram(code, variables);
}

/** Why a fault on functions of these patterns cannot be armed: what stands after the names that there are. */
async function reasons(agent: AgentLink, components: readonly string[], methods?: readonly string[]) {
  const fault: AgentFaults['calls'] = {
    kind: 'calls',
    name: 'slow_method',
    components,
    selection: { injectionRate: 1, ...(methods && { methods }) },
    effect: { kind: 'delay', delayMs: 1, honourAbort: true },
    activeMs: 60_000,
    seed: 1,
  };
  const failed = await agent
    .arm<'calls'>('f', fault, () => undefined, never)
    .catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: 'INJECTION_FAILED' });
  return /; out of reach: (.*)$/.exec((failed as Error).message)?.[1];
}

const frozen = 'src/db.mjs#cache#get: the object is frozen';
const exported = 'src/handle.cjs#handle: it is `module.exports` itself, which its importers hold';

describe('what is asked for and out of reach is named with its reason', () => {
  test('in a process that chaosx starts', async () => {
    await using agents = await openTestHub({ modules: { root, patterns: ['src/*'] } });
    await using program = start(agents.variables);
    expect(await program.ask()).toBe('4,5,7');
    const { hub } = agents;
    expect(await reasons(hub, ['src/db.mjs#kept'])).toBe(
      'src/db.mjs#kept: it is a const, and the module assigns to its name',
    );
    expect(await reasons(hub, ['src/db.mjs#cache#get'])).toBe(frozen);
    expect(await reasons(hub, ['src/symbol.mjs'])).toBe('src/symbol.mjs: it has a `Symbol` of its own');
    expect(await reasons(hub, ['src/db.mjs'], ['cache#get'])).toBe(frozen);
    // What nobody asked for is not told.
    expect(await reasons(hub, ['src/db.mjs#typo'])).toBe(undefined);
  });

  test('in a process that ran before', async () => {
    await using program = start({ NODE_OPTIONS: '--inspect-port=0' });
    expect(await program.ask()).toBe('4,5,7');
    const done = () => Promise.resolve();
    await using open = await openRunning(runningTarget({ name: 'service', pid: program.pid }), {
      runId: `out-of-reach-${process.pid}`,
      bootId: 'boot',
      expiresAt: systemClock.wallMs() + 60_000,
      journal: { record: done, amend: done, done },
      clock: systemClock,
      outputPath: null,
      agent: { redirectsOutgoing: false, modules: ['src/*'] },
      signal: never,
    });
    const agent = open.target.agent as AgentLink;
    expect(await program.ask()).toBe('4,5,7');
    expect(await reasons(agent, ['src/db.mjs#hidden'])).toBe(
      'src/db.mjs#hidden: it is a const, and its module was loaded before chaosx came',
    );
    expect(await reasons(agent, ['src/db.mjs#cache#get'])).toBe(frozen);
    expect(await reasons(agent, ['src/handle.cjs#handle'])).toBe(exported);
    expect(await reasons(agent, ['src/db.mjs'], ['hidden'])).toContain('src/db.mjs#hidden: it is a const');
    expect(await reasons(agent, ['src/db.mjs#typo'])).toBe(undefined);
  });
});
