import { expect, test } from 'vitest';
import { parseAgenda } from './parse-agenda.js';
import { parseExperiment } from './parse-experiment.js';

const text = (entry: string) => `name: Shop
targetSystem: { name: shop, start: node shop.mjs }
probes: [{ http: "http://127.0.0.1:1/" }]
scenarios: [packet_loss, ${entry}]
`;

test('gives each scenario with what it expects of the system', () => {
  const file = text('{ use: network_partition, name: split, hypothesis: Prices come from the cache }');
  expect(
    parseAgenda(file, 'shop.yaml').map(({ scenario, hypothesis }) => [scenario.name, hypothesis]),
  ).toEqual([
    ['packet_loss', null],
    ['split', 'Prices come from the cache'],
  ]);
});

test('a hypothesis is no part of the scenario: a run is the same with and without', () => {
  const withIt = text('{ use: network_partition, hypothesis: Prices come from the cache }');
  const without = text('{ use: network_partition }');
  expect(parseExperiment(withIt, 'shop.yaml')).toEqual(parseExperiment(without, 'shop.yaml'));
});

test('one that says nothing is a mistake, with its place', () => {
  const file = text('{ use: network_partition, hypothesis: " " }');
  expect(() => parseAgenda(file, 'shop.yaml')).toThrow(
    /shop\.yaml:4:\d+ scenarios\[1\]\.hypothesis: expected text that is not empty, got " "/,
  );
});
