import type { ChaosEvent } from '../src/model/events.js';
import { type DetailTable, detailTable } from '../src/model/detail-table.js';
import { foldAll } from '../src/model/fold.js';
import { type ReportData, reportData } from '../src/report/report-data.js';
import { eventsOf, type RunStory, runStarted, sample } from './run-stream.js';

/** How runs can end, one of each kind. */
export const stories: Readonly<Record<string, RunStory>> = {
  held: { scenarios: [{ latencyMs: 300 }] },
  'with a section of its own': { scenarios: [{ details: [detailsOf('redis://me:secret@host')] }] },
  deviated: { scenarios: [{ latencyMs: 1_980, failing: 0.2 }] },
  'not recovered': {
    scenarios: [{ recovered: false }, { name: 'packet_loss', skipped: 'earlier-scenario' }],
  },
  'not injected': { scenarios: [{ exposure: { kind: 'counted', n: 0, what: 'chunks' } }] },
  'could not be made': { scenarios: [{ failedAt: 'inject' }] },
  'not confirmed': { scenarios: [{ first: 'unknown', last: 'unknown' }] },
  'nothing triggered': { scenarios: [{ skipped: 'not-triggered' }] },
  'baseline did not hold': { baselineHeld: false },
  'never ready': { targetNeverReady: true },
  leaked: { clean: false },
  'undo failed': { scenarios: [{ revertOk: false }] },
  'died in the fault': { scenarios: [{ diesAt: 'active' }], clean: 'missing' },
  interrupted: { scenarios: [{ stoppedAt: 'active' }], stoppedBy: 'signal' },
  'no samples': { scenarios: [{ samples: 'none' }] },
  'criteria function broke': { criteria: 'function', answer: { held: false } },
};

/** What the report of a made-up run shows. */
export function dataOf(story: RunStory): ReportData {
  return foldAll(reportData, eventsOf(story));
}

/** What a target may want to slip into a page, a table or a terminal. */
export const hostile = [
  '<script>document.title="owned"</script>',
  '"><img src=http://127.0.0.1:9/x onerror=alert(1)>',
  "'; background: url(http://127.0.0.1:9/y) '",
  '</style></title></svg>]]><!--',
  '&lt;b&gt; &#60;',
  '\u001B[31mred\u001B[0m \u0000\u0008\u202Eright\uD800 \uFFFF',
  '| a | b |\n# heading\n- [x](javascript:alert(1)) @everyone #1 `code`',
  '{value} {a|b} ${x} $& %s',
].join(' ');

/** A fault's own section, every text of it as given. */
export function detailsOf(text: string, rows = 60): DetailTable {
  return detailTable(
    text,
    [text, 'to'],
    Array.from({ length: rows }, (_, i) => [`${i} ${text}`, text]),
  );
}

/** A run in which every text that is not ours is hostile. */
export function hostileEvents(): readonly ChaosEvent[] {
  const poison = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(poison);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [
        key,
        free.has(key) && typeof one === 'string' ? hostile : poison(one),
      ]),
    );
  };
  const events = eventsOf({
    scenarios: [{ failing: 0.5 }, { name: 'x', targetFails: 'during' }],
    clean: false,
  });
  const fired = {
    type: 'decision-fired',
    t: 6_000,
    scenario: 0,
    rule: 'r',
    site: 's',
    n: 0,
    effect: 'e',
  } as const;
  return [...events.slice(0, 60), fired, ...events.slice(60)].map((event) => {
    const detailed =
      event.type === 'sample' && event.outcome === 'failed'
        ? { ...event, detail: 'x' }
        : event.type === 'fault-checked'
          ? { ...event, evidence: { ...event.evidence, details: [detailsOf(hostile)] } }
          : event;
    const poisoned = poison(detailed) as ChaosEvent;
    return poisoned.type === 'target-failed' ? { ...poisoned, lastOutput: [hostile, hostile] } : poisoned;
  });
}

/** Names of fields that hold free text. */
const free = new Set(
  (
    'experiment description target hypothesis name probe detail reason message runId ' +
    'quantity unit expected what site rule effect node platform chaosx'
  ).split(' '),
);

/** An hour at ten probes a second: ten minutes of baseline, forty of fault, ten of recovery. */
export function* hourOfEvents(): Generator<ChaosEvent> {
  const minute = 60_000;
  yield runStarted({ probes: [{ name: 'checkout', everyMs: 100, timeoutMs: 2_000 }] });
  yield { type: 'phase-entered', t: 0, phase: 'baseline', plannedMs: 10 * minute, scenario: null };
  for (let t = 0; t < 60 * minute; t += 100) {
    const scenario = 0;
    if (t === 10 * minute) yield { type: 'fault-injected', t, scenario };
    if (t === 50 * minute) {
      yield { type: 'revert-started', t, scenario };
      yield { type: 'fault-reverted', t: t + 3, scenario, ok: true };
    }
    const active = t >= 10 * minute && t < 50 * minute;
    // Rises and falls like load does, without two samples alike.
    const wave = 1 + Math.sin(t / 97_000) ** 2 + (((t / 100) * 7_919) % 101) / 101;
    const latencyMs = active ? 400 * wave : 8 * wave;
    yield sample(t, { latencyMs, t, outcome: active && (t / 100) % 13 === 0 ? 'failed' : 'passed' });
  }
  yield { type: 'recovery-ended', t: 60 * minute, scenario: 0, recovered: true, recoveryMs: 1_200 };
  yield { type: 'clean-exit-checked', t: 60 * minute, clean: true, checked: ['receipts'], leftovers: [] };
  yield { type: 'run-ended', t: 60 * minute, status: 'completed' };
}
