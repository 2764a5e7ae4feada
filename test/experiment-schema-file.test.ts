import { readFile, readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { experimentJsonSchema } from '../src/spec/experiment-json-schema.js';
import { readExperimentFile } from '../src/spec/read-experiment-file.js';

const committed = new URL('../schema/experiment.schema.json', import.meta.url);
const examples = new URL('../examples/checkout/', import.meta.url);

test('the committed schema is what the sources say (after a change: npm run build && node scripts/write-schema.mjs)', async () => {
  expect(await readFile(committed, 'utf8')).toBe(`${JSON.stringify(experimentJsonSchema(), null, 2)}\n`);
});

/** A schema read back by zod: it checks what the JSON Schema says, without our rules, which it cannot say. */
function fromFile(text: string): z.ZodType {
  return z.fromJSONSchema(JSON.parse(text) as Parameters<typeof z.fromJSONSchema>[0]);
}

test('accepts the examples, as chaosx does', async () => {
  const schema = fromFile(await readFile(committed, 'utf8'));
  const names = (await readdir(examples)).filter((name) => name.endsWith('.yaml'));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const url = new URL(name, examples);
    expect(schema.safeParse(parse(await readFile(url, 'utf8'))).error?.issues ?? []).toEqual([]);
    await expect(readExperimentFile(url.pathname)).resolves.toHaveProperty('name');
  }
});

const valid = {
  name: 'x',
  targetSystem: { name: 'shop', start: 'node server.mjs' },
  probes: [{ http: 'http://localhost:1' }],
  scenarios: ['high_latency', { use: 'packet_loss', parameters: { lossPercent: [1, 2] } }],
};

test.each([
  ['an unknown key', { ...valid, probs: [] }],
  ['an unknown scenario', { ...valid, scenarios: ['high_latncy'] }],
  [
    'parameters of another scenario',
    { ...valid, scenarios: [{ use: 'high_latency', parameters: { lossPercent: 1 } }] },
  ],
  ['code in a file', { ...valid, scenarios: [{ use: 'slow_method', parameters: { when: true } }] }],
  [
    'a probe that asks two things',
    { ...valid, probes: [{ http: 'http://localhost:1', tcp: 'localhost:1' }] },
  ],
  ['a duration without a unit', { ...valid, duration: '60' }],
  ['a target by name', { ...valid, targetSystem: 'shop' }],
  ['no scenarios', { ...valid, scenarios: [] }],
  ['a share in percent', { ...valid, successCriteria: { passRate: 95 } }],
])('refuses %s', async (_what, wrong) => {
  const schema = fromFile(await readFile(committed, 'utf8'));
  expect(schema.safeParse(valid).error?.issues ?? []).toEqual([]);
  expect(schema.safeParse(wrong).success).toBe(false);
});

/** Every schema inside a schema. */
function partsOf(schema: unknown): readonly Record<string, unknown>[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return [schema as Record<string, unknown>, ...Object.values(schema).flatMap(partsOf)];
}

test('knows every scenario, and describes every key of an experiment', () => {
  const schema = experimentJsonSchema();
  const parts = partsOf(schema);
  expect(
    parts.find((part) => Array.isArray(part['enum']) && part['enum'].includes('high_latency'))?.['enum'],
  ).toEqual(Object.keys(CHAOS_SCENARIOS));
  const undescribed = parts.flatMap((part) => {
    const properties = (part['type'] === 'object' ? (part['properties'] ?? {}) : {}) as Record<
      string,
      Record<string, unknown>
    >;
    return Object.entries(properties)
      .filter(
        ([, property]) => typeof property['description'] !== 'string' && property['const'] === undefined,
      )
      .map(([name]) => name);
  });
  expect(undescribed).toEqual([]);
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://unpkg.com/@testagentx/chaos/schema/experiment.schema.json',
    required: ['name', 'targetSystem', 'probes', 'scenarios'],
    additionalProperties: false,
  });
});
