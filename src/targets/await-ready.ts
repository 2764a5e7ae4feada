import type { Clock } from '../model/clock.js';
import { formatMs } from '../model/duration.js';
import type { Probe, ProbeAnswer } from '../model/probe.js';
import { createProbe } from '../probes/create-probe.js';
import type { OutputFile } from './output-file.js';
import { formatAddress } from './parse-address.js';
import type { ProcessExit, SpawnedTarget } from './spawn-target.js';
import type { ReadyPlan, StartPlan } from './start-plan.js';
import { TargetNotReady } from './target-not-ready.js';

const pollMs = 50;
const askLimitMs = 1_000;
/** A target without a ready check counts as ready once it has lived this long. */
const aliveMs = 200;

/**
 * Refuses to start a target whose address somebody else answers at already.
 *
 * @throws TargetNotReady port-in-use
 */
export async function requireFreeAddress(plan: StartPlan, clock: Clock, signal: AbortSignal): Promise<void> {
  if (plan.ready === null) return;
  const place = formatAddress(plan.ready.address);
  const answer = await ask(createProbe({ name: 'in use', tcp: place }, { clock }), askLimitMs, clock, signal);
  if (!answer.ok) return;
  throw new TargetNotReady(
    'port-in-use',
    `expected ${place} to be free for ${plan.name}, something answers there already`,
    [],
    'stop what listens there, or give the target another port',
  );
}

/**
 * Waits until a target that was just started is ready.
 *
 * @throws TargetNotReady exited, never-ready or port-in-use, with its last output
 */
export async function awaitReady(
  plan: StartPlan,
  target: SpawnedTarget,
  output: OutputFile,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const startedMs = clock.nowMs();
  const check = plan.ready === null ? null : probeOf(plan.ready, clock);
  const limitMs = plan.ready?.withinMs ?? aliveMs;
  let seen = 'no answer';
  for (;;) {
    const leftMs = startedMs + limitMs - clock.nowMs();
    const exit = target.exit();
    if (exit !== null) throw exitedBeforeReady(plan, exit, output.lastLines());
    if (leftMs <= 0) {
      if (check === null) return;
      throw neverReady(plan, limitMs, seen, output.lastLines());
    }
    if (check !== null) {
      const answer = await ask(check, Math.min(leftMs, askLimitMs), clock, signal);
      // An answer from somebody else's process is none: the target must still be there.
      if (answer.ok && target.exit() === null) return;
      seen = answer.detail ?? seen;
    }
    await Promise.race([clock.sleep(Math.min(pollMs, limitMs), signal), target.exited]);
  }
}

/** A sentence on how a process ended. */
export function describeExit({ code, signal }: ProcessExit): string {
  return signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
}

function probeOf({ http, address }: ReadyPlan, clock: Clock): Probe {
  const where = http === null ? { tcp: formatAddress(address) } : { http };
  return createProbe({ name: 'ready', ...where }, { clock });
}

/** Asks once under a time limit; a question that fails is answered with no, one that is cut off says nothing. */
async function ask(probe: Probe, limitMs: number, clock: Clock, signal: AbortSignal): Promise<ProbeAnswer> {
  const settled = new AbortController();
  const late = new AbortController();
  const timer = clock.sleep(limitMs, settled.signal).then(
    () => late.abort(),
    () => {},
  );
  try {
    const answer = await probe.ask(AbortSignal.any([signal, late.signal]));
    return late.signal.aborted && !answer.ok ? { ok: false } : answer;
  } catch (error) {
    signal.throwIfAborted();
    if (late.signal.aborted) return { ok: false };
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  } finally {
    settled.abort();
    await timer;
  }
}

function exitedBeforeReady(
  plan: StartPlan,
  exit: ProcessExit,
  lastOutput: readonly string[],
): TargetNotReady {
  if (saysPortInUse(lastOutput)) return portTaken(plan, lastOutput);
  return new TargetNotReady(
    'exited',
    `expected ${plan.name} to become ready, it ${describeExit(exit)}`,
    lastOutput,
    'its last lines of output say more',
  );
}

function neverReady(
  plan: StartPlan,
  limitMs: number,
  seen: string,
  lastOutput: readonly string[],
): TargetNotReady {
  if (saysPortInUse(lastOutput)) return portTaken(plan, lastOutput);
  return new TargetNotReady(
    'never-ready',
    `expected ${plan.name} to be ready within ${formatMs(limitMs)}, it was not: ${seen}`,
    lastOutput,
    'check targetSystem.ready, or raise ready.within',
  );
}

function portTaken(plan: StartPlan, lastOutput: readonly string[]): TargetNotReady {
  return new TargetNotReady(
    'port-in-use',
    `expected a free port for ${plan.name}, it says that its port is in use`,
    lastOutput,
    'stop what listens there, or give the target another port',
  );
}

function saysPortInUse(lines: readonly string[]): boolean {
  return lines.some((line) => /EADDRINUSE|address (?:is )?already in use/i.test(line));
}
