import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { roundOf, testerEvents } from '../../test/campaign-stories.js';
import { eventsOf } from '../../test/run-stream.js';
import { judgeCampaign } from '../judge/campaign/judge-campaign.js';
import { foldAll } from '../model/fold.js';
import { campaignReports } from './campaign-reports.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaosx-campaign-reports-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const rounds = [roundOf(0), roundOf(1, { name: 'packet_loss' })];
const results = foldAll(judgeCampaign, testerEvents(rounds));

test('each round gets reports of its own when it ends, and those of the campaign lead to them', async () => {
  const warnings: string[] = [];
  const { hooks, write } = campaignReports((text) => warnings.push(text));
  const stories = [{ scenarios: [{ latencyMs: 300 }] }, { scenarios: [{ name: 'packet_loss' }] }];
  for (const [i, story] of stories.entries()) {
    const path = join(folder, rounds[i]?.folder ?? '');
    mkdirSync(path, { recursive: true });
    for (const event of eventsOf(story)) hooks.onRunEvent(event);
    await hooks.onRoundEnded(path);
    expect(readdirSync(path).sort()).toEqual(['junit.xml', 'report.html']);
  }
  const [first, second] = rounds.map((round) =>
    readFileSync(join(folder, round.folder ?? '', 'report.html'), 'utf8'),
  );
  // Nothing of one round is in the report of the next.
  expect(first).not.toContain('packet_loss');
  expect(second).not.toContain('high_latency');
  expect(await write(folder, results)).toBe(join(folder, 'report.html'));
  const page = readFileSync(join(folder, 'report.html'), 'utf8');
  for (const round of rounds) expect(page).toContain(`href="./${round.folder}/report.html"`);
  expect(readdirSync(folder).sort()).toEqual(['junit.xml', 'report.html', 'rounds']);
  expect(warnings).toEqual([]);
});

test('nothing is written where nothing is kept', async () => {
  const warnings: string[] = [];
  const { hooks, write } = campaignReports((text) => warnings.push(text));
  for (const event of eventsOf()) hooks.onRunEvent(event);
  await hooks.onRoundEnded(null);
  expect(await write(null, results)).toBe(null);
  expect({ files: readdirSync(folder), warnings }).toEqual({ files: [], warnings: [] });
});

test('reports that cannot be written are said, and nothing more', async () => {
  const warnings: string[] = [];
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const { hooks, write } = campaignReports((text) => warnings.push(text));
  for (const event of eventsOf()) hooks.onRunEvent(event);
  await hooks.onRoundEnded(file);
  expect(await write(file, results)).toBe(null);
  expect(warnings).toHaveLength(2);
  for (const warning of warnings)
    expect(warning).toMatch(/^warning: the report could not be written: .*ENOTDIR/);
});
