import { execFileSync } from 'node:child_process';
import http from 'node:http';
import type { Scenario } from '../../src/model/scenario.js';
import { systemClock } from '../../src/model/system-clock.js';
import { never } from '../network-servers.js';

/** Far above what an undisturbed call takes here, far below what the faults of these tests add. */
export const feltMs = 400;

/** Parameters by which nearly every second perturbed call is held back for longer than `feltMs`. */
export const longRaces = { maxDelayMs: 10_000, budget: 1 } as const;

/** So many calls at once that one of them is held back for long. */
export async function isAnyLate(call: () => Promise<unknown>): Promise<boolean> {
  const calls = Array.from({ length: 40 }, () => call().then(() => false));
  const late = systemClock.sleep(feltMs, never).then(() => true);
  return Promise.race([Promise.all(calls).then(() => false), late]);
}

/**
 * Whether a client feels a fault of the network. Where connections are rationed, it takes two to feel it; where calls are
 * held back for a random time, many.
 */
export async function feels({ scenarioType }: Scenario, port: number, host?: string): Promise<boolean> {
  if (scenarioType === 'RACE_CONDITION') {
    // Twice: a busy machine may make one of many wait as well.
    return (await isOneOfManyLate(port, host)) && (await isOneOfManyLate(port, host));
  }
  return (
    (await isSlowOrBroken(port, host)) ||
    (scenarioType === 'CONNECTION_RATE' && (await isSlowOrBroken(port, host)))
  );
}

/** Asks on a fresh connection; slow, refused and silent are all felt. */
export function isSlowOrBroken(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const startedAt = systemClock.nowMs();
    const asked = http.get({ host, port, agent: false, timeout: 1_000 }, (answer) => {
      answer.on('end', () => resolve(answer.statusCode !== 200 || systemClock.nowMs() - startedAt > feltMs));
      answer.on('error', () => resolve(true));
      answer.resume();
    });
    asked.on('timeout', () => asked.destroy(new Error('silent')));
    asked.on('error', () => resolve(true));
  });
}

/** Waiting for another program blocks this process, whose timers then renew no lease. */
export function isFeltAfterSilence(port: number, silentMs: number): boolean {
  const script = `
    setTimeout(() => {
      const startedAt = Date.now();
      const say = (ok) => console.log(ok && Date.now() - startedAt < ${feltMs} ? 'fine' : 'felt');
      require('node:http').get({ port: ${port}, host: '127.0.0.1', agent: false }, (answer) => { answer.resume(); say(answer.statusCode === 200); }).on('error', () => say(false));
    }, ${silentMs});`;
  return execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim() === 'felt';
}

/** Where names are what breaks, a name. */
export function hostFor({ scenarioType }: Scenario): string {
  return scenarioType === 'DNS_FAILURE' ? 'localhost' : '127.0.0.1';
}

async function isOneOfManyLate(port: number, host?: string): Promise<boolean> {
  const late = await Promise.all(Array.from({ length: 16 }, () => isSlowOrBroken(port, host)));
  return late.includes(true);
}
