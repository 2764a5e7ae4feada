import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import type { Results } from '../src/model/results.js';
import { nodeUnderTest } from './node-under-test.js';

const folder = mkdtempSync(join(tmpdir(), 'chaosx-deadlock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Outcome = Pick<Results, 'verdict' | 'status' | 'cleanExit' | 'scenarios'>;

/** An experiment that blocks the loop of the process that runs it. */
function startRun(by: 'atomics-wait' | 'spin', seconds: number) {
  const script = 'test/fixtures/blocks-its-own-loop.mjs';
  const child = spawn(nodeUnderTest, [script, by, String(seconds), folder], {
    env: { ...process.env, CHAOSX_STATE_DIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const waiting = new Map<string, () => void>();
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    waiting.get(line)?.();
  });
  return {
    lines,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    said: (line: string) =>
      new Promise<void>((resolve, reject) => {
        if (lines.includes(line)) resolve();
        else waiting.set(line, resolve);
        child.once('close', () => reject(new Error(`it ended without saying ${line}`)));
      }),
    ended: once(child, 'close').then(([code, signal]) => ({ code: (signal ?? code) as string | number })),
    outcome: () => JSON.parse(lines.at(-1) ?? '') as Outcome,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

test.each(['atomics-wait', 'spin'] as const)(
  '%s: the run ends in time by itself, and what its probes could not ask is a failure',
  async (by) => {
    await using run = startRun(by, 2);
    expect(await run.ended).toEqual({ code: 0 });
    const { verdict, cleanExit, scenarios } = run.outcome();
    expect({ verdict, clean: cleanExit?.clean }).toEqual({ verdict: 'deviated', clean: true });
    const evidence = scenarios[0]?.evidence;
    expect(evidence?.active).toBe('yes');
    expect(evidence?.measured?.during).toBeGreaterThan(400);
    const overrun = run.lines.filter((line) => line === 'sample overrun').length;
    // 2 s at ten a second, less what the loop had turns for.
    expect(overrun).toBeGreaterThan(8);
    expect(run.lines.indexOf('fault-reverted')).toBeGreaterThan(0);
  },
);

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s stops a run whose loop stands still',
  async (signal) => {
    await using run = startRun('atomics-wait', 120);
    await run.said('fault-checked');
    // By now the loop stands still for good.
    await new Promise((resolve) => setTimeout(resolve, 500));
    run.kill(signal);
    expect(await run.ended).toEqual({ code: 0 });
    const { verdict, status, cleanExit } = run.outcome();
    expect({ verdict, status, clean: cleanExit?.clean }).toEqual({
      verdict: 'interrupted',
      status: 'stopped',
      clean: true,
    });
    expect(run.lines).toContain('fault-reverted');
  },
  60_000,
);

test('killed while the loop stands still, nothing of it is left: the next run has its turn', async () => {
  {
    await using run = startRun('spin', 120);
    await run.said('fault-checked');
    run.kill('SIGKILL');
    expect(await run.ended).toEqual({ code: 'SIGKILL' });
  }
  await using next = startRun('atomics-wait', 0.5);
  expect(await next.ended).toEqual({ code: 0 });
  expect(next.outcome().cleanExit?.clean).toBe(true);
});
