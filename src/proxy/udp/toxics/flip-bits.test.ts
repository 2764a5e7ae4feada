import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withFlippedBits } from './flip-bits.js';

test('as many bits differ as asked, or all of them, and the original stays', () => {
  const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 12 }),
      fc.array(unit, { maxLength: 120 }),
      (bytes, us) => {
        const payload = Buffer.from(bytes);
        const flipped = withFlippedBits(payload, us);
        const differing = flipped.reduce(
          (sum, byte, at) => sum + (byte ^ (bytes[at] ?? 0)).toString(2).replaceAll('0', '').length,
          0,
        );
        expect(differing).toBe(Math.min(us.length, bytes.length * 8));
        expect(payload.equals(Buffer.from(bytes))).toBe(true);
      },
    ),
  );
});
