import { progress } from '../judge/progress.js';
import { formatMs } from '../model/duration.js';
import type { EventSink } from '../model/events.js';

// As they are before any fault.
const { setInterval, clearInterval } = globalThis;

const redrawMs = 1_000;

interface RunStatus extends Disposable {
  readonly onRunEvent: EventSink;
}

/**
 * Says every second in a few words where a run is; nothing once it has ended.
 *
 * @param nowMs - the run's monotonic clock, for the countdown between events
 */
export function runStatus(show: (status: string) => void, nowMs: () => number): RunStatus {
  let state = progress.init();
  let startedAtMs = nowMs();
  let isRunning = false;
  const draw = () => {
    if (!isRunning) return;
    const { phase, phaseStartedAt, plannedMs, p95Ms } = progress.result(state);
    const leftMs = plannedMs === null ? null : phaseStartedAt + plannedMs - (nowMs() - startedAtMs);
    const left = leftMs === null || leftMs < 0 ? '' : `, ${formatMs(1_000 * Math.ceil(leftMs / 1_000))} left`;
    show(`[${phase}${left}${p95Ms === null ? '' : `, p95 ${formatMs(p95Ms)}`}]`);
  };
  const timer = setInterval(draw, redrawMs);
  return {
    onRunEvent: (event) => {
      if (event.type === 'run-started') {
        state = progress.init();
        startedAtMs = nowMs();
        isRunning = true;
      }
      state = progress.step(state, event);
      if (event.type === 'phase-entered') draw();
      if (event.type === 'run-ended') {
        isRunning = false;
        show('');
      }
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
