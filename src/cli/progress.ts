import type { ChaosEvent, EventSink, RunStarted } from '../model/events.js';
import { progress } from '../judge/progress.js';
import { isColored } from './is-colored.js';
import { liveLines } from './live-lines.js';
import { phaseLine } from './phase-line.js';

/** Shows a run while it runs. */
export interface ProgressDisplay {
  readonly onEvent: EventSink;
  /** Leaves the terminal as it was, with the phases so far. */
  stop(): void;
}

// As they are before any fault.
const { setInterval, clearInterval } = globalThis;

const redrawMs = 100;

/**
 * On a terminal: the phases so far, and below them a countdown, a health line and the live p95, redrawn in place.
 * Elsewhere: one plain line a phase.
 *
 * @param nowMs - the run's monotonic clock, for the countdown between events
 */
export async function showProgress(
  stream: NodeJS.WriteStream,
  nowMs: () => number,
): Promise<ProgressDisplay> {
  return stream.isTTY ? onTerminal(stream, nowMs) : plain(stream);
}

function plain(stream: NodeJS.WriteStream): ProgressDisplay {
  let started: RunStarted | null = null;
  return {
    onEvent: (event) => {
      if (event.type === 'run-started') started = event;
      const line = phaseLine(event, started);
      if (line !== null) stream.write(`${line}\n`);
    },
    stop: () => undefined,
  };
}

async function onTerminal(stream: NodeJS.WriteStream, nowMs: () => number): Promise<ProgressDisplay> {
  const { createLogUpdate } = await import('log-update');
  const update = createLogUpdate(stream, { showCursor: true });
  const lines: string[] = [];
  let started: RunStarted | null = null;
  let state = progress.init();
  let startedAtMs = nowMs();
  const color = isColored(stream);
  const draw = () => {
    const live = liveLines(progress.result(state), nowMs() - startedAtMs, { color, columns: stream.columns });
    update([...lines, ...live].join('\n'));
  };
  const timer = setInterval(draw, redrawMs);
  return {
    onEvent: (event: ChaosEvent) => {
      if (event.type === 'run-started') {
        started = event;
        startedAtMs = nowMs();
      }
      state = progress.step(state, event);
      const line = phaseLine(event, started);
      if (line !== null) lines.push(line);
    },
    stop: () => {
      clearInterval(timer);
      update(lines.join('\n'));
      update.done();
    },
  };
}
