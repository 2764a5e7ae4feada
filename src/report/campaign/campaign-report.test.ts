import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { campaignStories, hostileCampaign, kinds } from '../../../test/campaign-stories.js';
import { reportFormats } from '../render-report.js';
import { renderCampaignReport } from './render-campaign-report.js';
import { shownRounds } from './shown-rounds.js';

const all = Object.entries(campaignStories);

describe.each(all)('%s', (name, results) => {
  test('on a terminal: at most ten lines', async () => {
    const text = await renderCampaignReport('terminal', results);
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
    expect(text).toMatchSnapshot();
  });

  test('as Markdown, fit for a comment', async () => {
    const text = await renderCampaignReport('markdown', results);
    expect(text.length).toBeLessThan(65_536);
    if (kinds.includes(name)) expect(text).toMatchSnapshot();
  });

  test('as JUnit: a failure or an error exactly when it did not hold', async () => {
    const xml = await renderCampaignReport('junit', results);
    const parsed = new XMLParser({ ignoreAttributes: false }).parse(xml) as {
      readonly testsuites: Readonly<Record<string, string>>;
    };
    const problems =
      Number(parsed.testsuites['@_failures'] ?? 0) + Number(parsed.testsuites['@_errors'] ?? 0);
    const good = results.verdict === 'held' && !(results.kind === 'daily' && results.regressed);
    expect(problems === 0).toBe(good);
    if (kinds.includes(name))
      expect(xml.replaceAll(/<system-out>[\s\S]*?<\/system-out>/g, '')).toMatchSnapshot();
  });

  test('as JSON: the results themselves', async () => {
    expect(JSON.parse(await renderCampaignReport('json', results))).toEqual(results);
  });

  test('as a page: rounds that have a report are led to, others are not', async () => {
    const folders = shownRounds(results).flatMap(({ folder }) => folder ?? []);
    const links = new Set(folders.slice(0, 1));
    const page = await renderCampaignReport('html', results, { links });
    const hrefs = [...page.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
    expect([...new Set(hrefs)]).toEqual([...links].map((folder) => `./${folder}/report.html`));
    expect(page.length).toBeLessThan(1_000_000);
  });
});

describe('text that is not ours', () => {
  test.each(kinds)('of a %s is never markup', async (kind) => {
    const results = hostileCampaign(kind);
    const page = await renderCampaignReport('html', results, {
      links: new Set(shownRounds(results).flatMap(({ folder }) => folder ?? [])),
    });
    expect(page.match(/<script|<img|onerror=(?!alert)|javascript:[^ ]*"/g)).toBe(null);
    for (const [, href = ''] of page.matchAll(/href="([^"]*)"/g))
      expect(href).toMatch(/^\.\/[\w%.~()*!/-]*$/);
    const text = await renderCampaignReport('terminal', results, { color: true });
    // oxlint-disable-next-line no-control-regex
    expect(text.replaceAll(/\u001B\[\d+m/g, '')).toMatch(/^[^\u0000-\u0009\u000B-\u001F\u007F\u202E]*$/);
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
    const markdown = await renderCampaignReport('markdown', results);
    expect(markdown.match(/<script|<img|[^\\]\]\(javascript|@everyone/)).toBe(null);
    expect(markdown.length).toBeLessThan(65_536);
    const xml = await renderCampaignReport('junit', results);
    expect(XMLValidator.validate(xml)).toBe(true);
  });

  test('passwords in URLs are in no report', async () => {
    const { tester } = campaignStories;
    if (tester === undefined) throw new Error('no such story');
    const reason = 'http://admin:hunter2@127.0.0.1:1/ refused';
    for (const format of reportFormats)
      expect(await renderCampaignReport(format, { ...tester, reason })).not.toContain('hunter2');
  });
});
