import { tmpdir } from 'node:os';
import { basename, dirname } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { controlPathIn, planProxyDirectory } from './proxy-directory.js';

test('a readable id is seen in the name', () => {
  expect(planProxyDirectory('20261123-101500-ab12-1')).toBe(
    `${tmpdir()}/chaosx-20261123-101500-ab12-1-proxy`,
  );
});

test('any id gives one flat directory of ours with room for a socket, and different ids different ones', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 300 }), (one, other) => {
      const directory = planProxyDirectory(one);
      expect(controlPathIn(directory).length).toBeLessThan(100);
      expect(basename(directory)).toMatch(/^chaosx-[\w.-]+$/);
      expect(dirname(directory)).toBe(tmpdir());
      expect(planProxyDirectory(one)).toBe(directory);
      expect(planProxyDirectory(other) === directory).toBe(one === other);
    }),
  );
});
