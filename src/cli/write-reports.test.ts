import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventsOf } from '../../test/run-stream.js';
import { foldAll } from '../model/fold.js';
import { reportData } from '../report/report-data.js';
import { reportWriter } from './write-reports.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaosx-reports-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function write(into: string, events = eventsOf()) {
  const warnings: string[] = [];
  const writer = reportWriter();
  for (const event of events) writer.onEvent(event);
  const path = await writer.write(into, (text) => warnings.push(text));
  return { path, warnings };
}

test('writes report.html and junit.xml into the folder of the run', async () => {
  expect(await write(folder)).toEqual({ path: join(folder, 'report.html'), warnings: [] });
  expect(readdirSync(folder).sort()).toEqual(['junit.xml', 'report.html']);
});

test('ten lines sum a run up; one does where its events could not be followed', async () => {
  const events = eventsOf();
  const { results } = foldAll(reportData, events);
  const writer = reportWriter();
  expect(await writer.summary(results, { color: false })).toBe(
    'held  Checkout survives a slow inventory: all 2 criteria held; closest to its limit: the slowest answer took 20 ms, limit 1,000 ms (checkout)\n',
  );
  for (const event of events) writer.onEvent(event);
  const summary = await writer.summary(results, { color: false });
  expect(summary.trimEnd().split('\n')).toHaveLength(9);
  expect(summary).toMatch(/^held {2}.*\n.*What was broken\?/);
  expect(summary).toMatch(/p95 of checkout +[▁-█]+ up to 20 ms/);
});

test('a report that cannot be written is said, and nothing more', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const { path, warnings } = await write(file);
  expect(path).toBe(null);
  expect(warnings.join('')).toMatch(
    /^warning: the report could not be written: could not write .*ENOTDIR.*\n$/,
  );
});

test('a stream that does not begin with run-started is said too', async () => {
  expect(await write(folder, [])).toEqual({
    path: null,
    warnings: [
      'warning: the report could not be written: expected the events of a run to begin with run-started, got none\n',
    ],
  });
});
