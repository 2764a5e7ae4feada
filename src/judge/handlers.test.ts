import { expect, test } from 'vitest';
import { eventsOf } from '../../test/run-stream.js';
import type { ChaosEvent } from '../model/events.js';
import { foldAll } from '../model/fold.js';
import type { HandlerCount } from '../model/handler.js';
import { renderReport, reportFormats } from '../report/render-report.js';
import { reportData } from '../report/report-data.js';
import { judge } from './judge.js';

function handler(line: number, changes: Partial<HandlerCount> = {}): HandlerCount {
  const counts = { told: true, ran: 0, swallowed: 0, injected: 0 };
  return { file: 'src/a.js', line, column: 3, kind: 'catch-block', ...counts, ...changes };
}

/** A run of two scenarios, in each of which handlers ran. */
const events: readonly ChaosEvent[] = eventsOf({ scenarios: [{}, { name: 'packet_loss' }] }).flatMap(
  (event): ChaosEvent[] => {
    if (event.type === 'clean-exit-checked') {
      const handlers = [
        handler(1, { ran: 9, swallowed: 9, injected: 2 }),
        handler(2, { ran: 4 }),
        handler(3),
        handler(4, { told: false, kind: 'error-listener' }),
        handler(5, { ran: 1 }),
      ];
      const outOfReach = [{ file: 'src/<b>.js', reason: 'it cannot be parsed' }];
      return [{ type: 'handlers-found', t: event.t, handlers, more: 2, outOfReach }, event];
    }
    if (event.type !== 'recovery-ended') return [event];
    const handlers = [handler(1, { ran: 3, swallowed: 3, injected: 1 }), handler(2, { ran: 2 })];
    return [event, { type: 'handlers-ran', t: event.t, scenarios: [event.scenario], handlers, more: 0 }];
  },
);

test('which handlers ran under chaos, which swallowed, and which never ran', () => {
  const { handlers } = foldAll(judge, events);
  const place = { file: 'src/a.js', column: 3 };
  expect(handlers).toEqual({
    totals: { found: 7, ran: 2, swallowed: 1, neverRan: 2, untold: 1 },
    handlers: [
      { ...place, line: 3, kind: 'catch-block', ran: 0, swallowed: 0, injected: 0, ranOutside: 0 },
      { ...place, line: 5, kind: 'catch-block', ran: 0, swallowed: 0, injected: 0, ranOutside: 1 },
      { ...place, line: 1, kind: 'catch-block', ran: 6, swallowed: 6, injected: 2, ranOutside: 3 },
      { ...place, line: 2, kind: 'catch-block', ran: 4, swallowed: 0, injected: 0, ranOutside: 0 },
      { ...place, line: 4, kind: 'error-listener', ran: null, swallowed: 0, injected: 0, ranOutside: 0 },
    ],
    scenarios: ['high_latency', 'packet_loss'].map((scenario) => ({
      scenario,
      ran: 2,
      swallowed: 1,
      handlers: [
        { ...place, line: 1, kind: 'catch-block', ran: 3, swallowed: 3, injected: 1 },
        { ...place, line: 2, kind: 'catch-block', ran: 2, swallowed: 0, injected: 0 },
      ],
    })),
    more: 2,
    outOfReach: [{ file: 'src/<b>.js', reason: 'it cannot be parsed' }],
    failed: null,
  });
});

test('of scenarios that are active together, what ran counts once', () => {
  const ran = {
    type: 'handlers-ran',
    t: 1,
    scenarios: [0, 1],
    handlers: [handler(1, { ran: 3 })],
    more: 0,
  } as const;
  const found = {
    type: 'handlers-found',
    t: 2,
    handlers: [handler(1, { ran: 3 })],
    more: 0,
    outOfReach: [],
  } as const;
  const { handlers } = foldAll(judge, [...events.slice(0, 2), ran, found]);
  expect(handlers?.handlers).toMatchObject([{ ran: 3, ranOutside: 0 }]);
  expect(handlers?.scenarios).toMatchObject([{ ran: 1 }, { ran: 1 }]);
});

test('a run that does not observe them says nothing of them', () => {
  expect(foldAll(judge, eventsOf())).not.toHaveProperty('handlers');
});

test('reports show what swallowed and what never ran', async () => {
  const data = foldAll(reportData, events);
  const texts = Object.fromEntries(
    await Promise.all(
      reportFormats.map(async (format) => [format, await renderReport(format, data)] as const),
    ),
  );
  const terminal = texts['terminal'] ?? '';
  expect(terminal.slice(terminal.indexOf('  Handlers'), terminal.indexOf('  seed'))).toMatchInlineSnapshot(`
    "  Handlers of errors: of 7, 2 ran, 1 swallowed, 2 never ran, 1 cannot be told
        where         what         under chaos
        src/a.js:1:3  catch block  ran 6×, swallowed 6×, 2× by chaosx
        src/a.js:3:3  catch block  never ran
        src/a.js:5:3  catch block  never ran; 1× without a fault
        src/<b>.js                 not looked at: it cannot be parsed
        … and 2 more
      → high_latency: held with 98 % to spare: the slowest answer took 20 ms, limit 1,000 ms (checkout). Nothing to do here; try high_latency with a higher severity or a longer duration (and 1 more)
    "
  `);
  const markdown = texts['markdown'] ?? '';
  expect(markdown.slice(markdown.indexOf('#### Handlers'), markdown.indexOf('<sub>'))).toMatchInlineSnapshot(`
    "#### Handlers of errors: of 7, 2 ran, 1 swallowed, 2 never ran, 1 cannot be told

    | where | what | under chaos |
    | --- | --- | --- |
    | src/a.js:1:3 | catch block | ran 6×, swallowed 6×, 2× by chaosx |
    | src/a.js:3:3 | catch block | never ran |
    | src/a.js:5:3 | catch block | never ran; 1× without a fault |
    | src/&lt;b&gt;.js |  | not looked at: it cannot be parsed |

    … and 2 more

    "
  `);
  expect(texts['html']).toContain('src/a.js:1:3');
  expect(texts['html']).toContain('src/&lt;b&gt;.js');
});
