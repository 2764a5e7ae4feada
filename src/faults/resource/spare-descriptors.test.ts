import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { limitThatSpares, sparedBy } from './spare-descriptors.js';

test('under the limit exactly as many are left as are to be spared, whatever holes there are', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(200)), fc.nat(50), (open, spare) => {
      const limit = limitThatSpares(open, spare);
      expect(sparedBy(open, limit)).toBe(spare);
      // The next one to be opened beyond these has the number of the limit.
      expect(open).not.toContain(limit);
    }),
  );
});
