import { resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExperiment } from './parse-experiment.js';
import { originOfStored, storedExperimentText } from './stored-experiment.js';

test('a stored file says where it came from, in a comment, and keeps no secrets', () => {
  expect(
    storedExperimentText('name: a\ntargetSystem: { env: { KEY: secret } }\n', '/srv/shop.yaml'),
  ).toMatchInlineSnapshot(`
      "# A copy without secrets, made by chaosx for this run, of "/srv/shop.yaml"
      name: a
      targetSystem: { env: { KEY: (not stored) } }
      "
    `);
});

test('law: any path comes back, and never becomes part of the experiment', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (path) => {
      const stored = storedExperimentText('name: a\n', path);
      expect(stored.split('\n')).toHaveLength(3);
      expect(originOfStored(stored)).toBe(resolve(path));
    }),
  );
});

test('other files have no origin', () => {
  expect(originOfStored('name: a\n')).toBeNull();
  expect(
    originOfStored('# A copy without secrets, made by chaosx for this run, of nowhere\nname: a\n'),
  ).toBeNull();
  expect(() => parseExperiment(storedExperimentText('nme: a\n', 'a.yaml'), 'a.yaml')).toThrow('a.yaml:2:1');
});
