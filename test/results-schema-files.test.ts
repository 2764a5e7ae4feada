import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { campaignResultsJsonSchema, resultsJsonSchema } from '../src/spec/results-json-schema.js';
import { campaignStories } from './campaign-stories.js';
import { dataOf, stories } from './report-stories.js';

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];

const published = {
  'results.schema.json': resultsJsonSchema(),
  'campaign-results.schema.json': campaignResultsJsonSchema(),
};

/** The published file itself, as a reader of JSON Schema takes it. */
async function fromFile(name: keyof typeof published): Promise<z.ZodType> {
  const text = await readFile(new URL(`../schema/${name}`, import.meta.url), 'utf8');
  return z.fromJSONSchema(JSON.parse(text) as JsonSchema);
}

test.each(Object.entries(published))(
  'the committed %s is what the sources say (after a change: npm run schema)',
  async (name, schema) => {
    const committed = await readFile(new URL(`../schema/${name}`, import.meta.url), 'utf8');
    expect(committed).toBe(`${JSON.stringify(schema, null, 2)}\n`);
  },
);

describe('results.schema.json', () => {
  test.each(Object.entries(stories))('fits a run: %s', async (_, story) => {
    const schema = await fromFile('results.schema.json');
    const written: unknown = JSON.parse(JSON.stringify(dataOf(story).results));
    expect(schema.safeParse(written).error?.issues ?? []).toEqual([]);
  });

  test('refuses what is not one', async () => {
    const schema = await fromFile('results.schema.json');
    const { results } = dataOf({});
    expect(schema.safeParse({ ...results, verdict: 'fine' }).success).toBe(false);
    expect(schema.safeParse({ ...results, extra: 1 }).success).toBe(false);
    expect(schema.safeParse({ ...results, scenarios: [{}] }).success).toBe(false);
    expect(schema.safeParse(campaignStories['tester']).success).toBe(false);
  });
});

describe('campaign-results.schema.json', () => {
  test.each(Object.entries(campaignStories))('fits a campaign: %s', async (_, results) => {
    const schema = await fromFile('campaign-results.schema.json');
    const written: unknown = JSON.parse(JSON.stringify(results));
    expect(schema.safeParse(written).error?.issues ?? []).toEqual([]);
  });

  test('refuses what is not one', async () => {
    const schema = await fromFile('campaign-results.schema.json');
    expect(schema.safeParse({ ...campaignStories['tester'], kind: 'weekly' }).success).toBe(false);
    expect(schema.safeParse({ ...campaignStories['daily'], kind: 'gameday' }).success).toBe(false);
    expect(schema.safeParse(dataOf({}).results).success).toBe(false);
  });
});
