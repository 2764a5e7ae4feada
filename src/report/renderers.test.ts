import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { dataOf, detailsOf, hostileEvents, hourOfEvents, stories } from '../../test/report-stories.js';
import { eventsOf } from '../../test/run-stream.js';
import { detailTable } from '../model/detail-table.js';
import type { ChaosEvent } from '../model/events.js';
import { foldAll } from '../model/fold.js';
import { renderReport, reportFormats } from './render-report.js';
import { reportData } from './report-data.js';
import { sparkline } from './sparkline.js';

const deviated = dataOf({ scenarios: [{ latencyMs: 1_980, failing: 0.2 }] });

const corrupted = dataOf({
  scenarios: [
    {
      name: 'state_corruption',
      details: [
        detailTable(
          'What was corrupted',
          ['place', 'operator', 'from', 'to'],
          Array.from({ length: 12 }, (_, i) => [
            `answer.items[${i}].price`,
            'scale',
            i === 0 ? '<script>|\n\u001B[31m' : `${i}`,
            `${i}0`,
          ]),
          3,
        ),
      ],
    },
  ],
});

describe('the section that a fault fills', () => {
  test('in Markdown: ten rows, the rest counted, nothing that ends a cell', async () => {
    const text = await renderReport('markdown', corrupted);
    expect(text.slice(text.indexOf('#### What was'), text.indexOf('<sub>'))).toMatchInlineSnapshot(`
      "#### What was corrupted (state\\_corruption)

      | place | operator | from | to |
      | --- | --- | --- | --- |
      | answer.items\\[0\\].price | scale | &lt;script&gt;\\|  | 00 |
      | answer.items\\[1\\].price | scale | 1 | 10 |
      | answer.items\\[2\\].price | scale | 2 | 20 |
      | answer.items\\[3\\].price | scale | 3 | 30 |
      | answer.items\\[4\\].price | scale | 4 | 40 |
      | answer.items\\[5\\].price | scale | 5 | 50 |
      | answer.items\\[6\\].price | scale | 6 | 60 |
      | answer.items\\[7\\].price | scale | 7 | 70 |
      | answer.items\\[8\\].price | scale | 8 | 80 |
      | answer.items\\[9\\].price | scale | 9 | 90 |

      … and 5 more

      "
    `);
  });

  test('in the terminal: five rows', async () => {
    const text = await renderReport('terminal', corrupted);
    expect(text.slice(text.indexOf('  What was corrupted'))).toMatchInlineSnapshot(`
      "  What was corrupted
          place                  operator  from        to
          answer.items[0].price  scale     <script>|   00
          answer.items[1].price  scale     1           10
          answer.items[2].price  scale     2           20
          answer.items[3].price  scale     3           30
          answer.items[4].price  scale     4           40
          … and 10 more
        → state_corruption: held with 98 % to spare: the slowest answer took 20 ms, limit 1,000 ms (checkout). Nothing to do here; try state_corruption with a higher severity or a longer duration
        seed 42   run run-1
      "
    `);
  });

  test('in HTML: every row, escaped, in a region with a name', async () => {
    const text = await renderReport('html', corrupted);
    const [section = ''] = /<details open>.*?<\/details>/s.exec(text) ?? [];
    expect(section.match(/<tr>/g)).toHaveLength(13);
    expect(section).toContain('role="region" aria-label="What was corrupted, state_corruption"');
    expect(section).toContain('<td>&lt;script&gt;|\n</td>');
    expect(section).toContain('… and 3 more');
  });

  test('of the newest evidence that had one, in JSON', async () => {
    const { scenarios } = JSON.parse(await renderReport('json', corrupted)) as typeof corrupted.results;
    expect(
      scenarios[0]?.evidence?.details?.map(({ title, rows, more }) => [title, rows.length, more]),
    ).toEqual([['What was corrupted', 12, 3]]);
  });

  test('never makes a comment too long for GitHub', async () => {
    const details = Array.from({ length: 10 }, () => detailsOf('<'.repeat(200)));
    const text = await renderReport(
      'markdown',
      dataOf({ scenarios: Array.from({ length: 8 }, () => ({ details })) }),
    );
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain('… and 50 more');
  });
});

describe('markdown', () => {
  test('of a run that deviated', async () => {
    expect(await renderReport('markdown', deviated)).toMatchInlineSnapshot(`
      "### ❌ deviated: Checkout survives a slow inventory

      The error rate was 20 %, limit 5 % (checkout) (2 of 2 criteria did not hold).

      |  |  |
      | --- | --- |
      | **What was broken?** | high\\_latency on inventory for 10 s<br>Latency |
      | **Was it really broken?** | ✅ yes<br>round trip 0.4 ms before, 2,000.6 ms while active (expected: 2000 ms added); met by 50 chunks |
      | **What would users have felt?** | ❌ 10 of 50 answers failed; p95 12 ms → 1,980 ms<br>checkout: 80 % of 50 answers were well, longest outage 205 ms, up 85.7 % of the time |
      | **Did it come back?** | ✅ yes, after 100 ms<br>Well again means: every probe held for 3 s |
      | **Is the machine clean?** | ✅ yes, nothing was left behind<br>looked at: receipts |

      |  | answers | median | p95 | p99 | slowest |
      | --- | --- | --- | --- | --- | --- |
      | before | 25 | 12 ms | 12 ms | 12 ms | 12 ms |
      | during | 50 | 1,980 ms | 1,980 ms | 1,980 ms | 1,980 ms |
      | after | 20 | 12 ms | 12 ms | 12 ms | 12 ms |

      #### Criteria

      - ❌ high\\_latency: the slowest answer took 1,980 ms, limit 1,000 ms (checkout)
      - ❌ high\\_latency: the error rate was 20 %, limit 5 % (checkout)

      #### What to do

      - **Add a timeout below 1 s and a fallback.** high\\_latency: p95 rose from 12 ms to 1,980 ms, as much as the injected delay: nothing limits the wait

      <sub>target checkout · seed 42 · run run-1 · chaosx 0.1.0 · Node.js v20.20.2 · linux x64</sub>
      "
    `);
  });

  test('hostile text stays text, and the comment is short enough for GitHub', async () => {
    const text = await renderReport('markdown', foldAll(reportData, hostileEvents()));
    expect(text.length).toBeLessThan(65_536);
    expect(text.replaceAll(/<br>|<\/?sub>/g, '')).not.toMatch(/<|@everyone|(?<!\\)\]\(|^# |:\/\/\w/m);
    expect(text).not.toMatch(/(?<!\\)`/);
    // The tables have as many cells in each row as in their heads.
    const cells = text.split('\n').filter((line) => line.startsWith('|'));
    expect(new Set(cells.map((line) => line.split(/(?<!\\)\|/).length))).toEqual(new Set([4, 8]));
  });
});

describe('terminal', () => {
  test('ten lines at most', async () => {
    expect(await renderReport('terminal', deviated)).toMatchInlineSnapshot(`
      "deviated  Checkout survives a slow inventory: the error rate was 20 %, limit 5 % (checkout) (2 of 2 criteria did not hold)
          What was broken?             high_latency on inventory for 10 s
        ✓ Was it really broken?        yes: round trip 0.4 ms before, 2,000.6 ms while active (expected: 2000 ms added); met by 50 chunks
        ✗ What would users have felt?  10 of 50 answers failed; p95 12 ms → 1,980 ms
        ✓ Did it come back?            yes, after 100 ms
        ✓ Is the machine clean?        yes, nothing was left behind
          p95 of checkout              ▁▁▁▁▁▁▁▁▁▁▁▁▁███████████████████████████▁▁▁▁▁▁▁▁▁▁ up to 1,980 ms
        → high_latency: p95 rose from 12 ms to 1,980 ms, as much as the injected delay: nothing limits the wait. Add a timeout below 1 s and a fallback
        seed 42   run run-1
      "
    `);
    for (const story of Object.values(stories)) {
      const data = dataOf(story);
      // A fault's own section: title, columns, five rows, and how many more.
      const sections = data.results.scenarios.flatMap(({ evidence }) => evidence?.details ?? []).length;
      expect((await renderReport('terminal', data)).trimEnd().split('\n').length).toBeLessThanOrEqual(
        10 + 8 * sections,
      );
    }
  });

  test('no colour or line break of a target gets through, with colours of ours', async () => {
    const data = foldAll(reportData, hostileEvents());
    const text = await renderReport('terminal', data, { color: true });
    const uncoloured = await renderReport('terminal', data);
    // oxlint-disable-next-line no-control-regex
    expect(uncoloured.match(/[\u0000-\u0009\u000B-\u001F\u007F\u202E]/)).toBe(null);
    // oxlint-disable-next-line no-control-regex
    const codes = /\u001B\[\d+m/g;
    expect(text.replaceAll(codes, '')).toBe(uncoloured);
    // The verdict and five marks, each begun and ended.
    expect(text.match(codes)).toHaveLength(12);
    // Ten lines, each fault's own section with its first five rows, and what the target said last.
    const sections = data.results.scenarios.length * 8;
    const lines = text.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(10 + sections + data.results.lastOutput.length);
    expect(lines.filter((line) => line === '    … and 55 more')).toHaveLength(2);
  });

  test('a sparkline shows the largest of each stretch and no more characters than asked', () => {
    expect(sparkline([1, 1, 1, 9, 1, 1, 1, 1], 4)).toBe('▁█▁▁');
    expect(sparkline([0, 0], 10)).toBe('▁▁');
    expect(sparkline([], 10)).toBe('');
  });
});

interface JUnitCase {
  readonly name: string;
  readonly failure?: unknown;
  readonly error?: unknown;
}

function casesOf(xml: string): readonly JUnitCase[] {
  expect(XMLValidator.validate(xml)).toBe(true);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    isArray: (name) => name === 'testcase',
  });
  const parsed = parser.parse(xml) as {
    readonly testsuites: { readonly testsuite: { readonly testcase: readonly JUnitCase[] } };
  };
  return parsed.testsuites.testsuite.testcase;
}

describe('JUnit', () => {
  test('of a run that deviated', async () => {
    expect(await renderReport('junit', deviated)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="chaosx" tests="5" failures="3" errors="0" skipped="0">
        <testsuite name="Checkout survives a slow inventory" time="19.005" timestamp="2026-11-23T10:00:00" tests="5" failures="3" errors="0" skipped="0">
          <properties>
            <property name="verdict" value="deviated"/>
            <property name="runId" value="run-1"/>
            <property name="seed" value="42"/>
            <property name="target" value="checkout"/>
          </properties>
          <testcase classname="Checkout survives a slow inventory" name="run" time="19.005">
            <system-out><![CDATA[deviated: the error rate was 20 %, limit 5 % (checkout) (2 of 2 criteria did not hold)
      high_latency: p95 rose from 12 ms to 1,980 ms, as much as the injected delay: nothing limits the wait. Add a timeout below 1 s and a fallback]]></system-out>
          </testcase>
          <testcase classname="Checkout survives a slow inventory" name="scenario high_latency" time="10.005">
            <failure message="deviated: the error rate was 20 %, limit 5 % (checkout) (2 of 2 criteria did not hold)" type="deviated"/>
            <system-out><![CDATA[the error rate was 20 %, limit 5 % (checkout) (2 of 2 criteria did not hold)
      round trip 0.4 ms before, 2,000.6 ms while active (expected: 2000 ms added)
      met by 50 chunks]]></system-out>
          </testcase>
          <testcase classname="Checkout survives a slow inventory" name="criterion maxResponseMs: high_latency, checkout" time="0">
            <failure message="the slowest answer took 1,980 ms, limit 1,000 ms (checkout)" type="deviated"/>
            <system-out><![CDATA[the slowest answer took 1,980 ms, limit 1,000 ms (checkout)]]></system-out>
          </testcase>
          <testcase classname="Checkout survives a slow inventory" name="criterion maxErrorRate: high_latency, checkout" time="0">
            <failure message="the error rate was 20 %, limit 5 % (checkout)" type="deviated"/>
            <system-out><![CDATA[the error rate was 20 %, limit 5 % (checkout)]]></system-out>
          </testcase>
          <testcase classname="Checkout survives a slow inventory" name="clean exit" time="0">
            <system-out><![CDATA[looked at: receipts]]></system-out>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  test.each(Object.entries(stories))('%s: a problem exactly when it did not hold', async (_, story) => {
    const data = dataOf(story);
    const cases = casesOf(await renderReport('junit', data));
    expect(cases.some((one) => 'failure' in one || 'error' in one)).toBe(data.results.verdict !== 'held');
  });

  test('a time that is none is left out', async () => {
    const [first, ...rest] = eventsOf();
    const data = foldAll(reportData, [{ ...first, startedAt: 'soon' } as ChaosEvent, ...rest]);
    expect((await renderReport('junit', data)).match(/timestamp/)).toBe(null);
  });

  test('hostile text is well-formed XML and changes no structure', async () => {
    const data = foldAll(reportData, hostileEvents());
    const xml = await renderReport('junit', data);
    // oxlint-disable-next-line no-control-regex
    expect(xml).not.toMatch(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/);
    expect(casesOf(xml)).toHaveLength(2 + data.results.scenarios.length + data.results.criteria.length);
  });
});

describe('HTML', () => {
  test.each(Object.entries(stories))(
    '%s: answers five questions, loads nothing, runs nothing',
    async (_, story) => {
      const page = await renderReport('html', dataOf(story));
      expect(page.match(/<dt>[^<]*\?<\/dt>/g)).toHaveLength(5);
      expect(page.includes(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`)).toBe(
        true,
      );
      expect(page.match(/<script|javascript:|\son\w+=|<link|<iframe|<img|\s(src|href)=|@import/i)).toBe(null);
      expect(page.match(/undefined|NaN|null|\[object/)).toBe(null);
    },
  );

  test('the same run gives the same page', async () => {
    expect(await renderReport('html', deviated)).toBe(await renderReport('html', deviated));
  });

  test('ids are unique', async () => {
    const ids = [...(await renderReport('html', deviated)).matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(5);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('an hour at ten probes a second is less than 1 MB', async () => {
    const page = await renderReport('html', foldAll(reportData, hourOfEvents()));
    expect(page.length).toBeGreaterThan(50_000);
    expect(Buffer.byteLength(page)).toBeLessThan(1_000_000);
  });
});

test('passwords in URLs are in no report', async () => {
  const data = dataOf({ scenarios: [{ planned: { parameters: { url: 'redis://:hunter2@cache:6379' } } }] });
  for (const format of reportFormats) expect(await renderReport(format, data)).not.toContain('hunter2');
  expect(await renderReport('html', data)).toContain('redis://***@cache:6379');
});
