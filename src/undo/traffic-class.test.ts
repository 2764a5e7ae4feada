import fc from 'fast-check';
import { expect, test } from 'vitest';
import { trafficClassesOf } from './traffic-class.js';

test('the classes of an injection follow from its id, are two, and never those that mean something else', () => {
  fc.assert(
    fc.property(fc.string(), (id) => {
      const { target, checker } = trafficClassesOf(id);
      expect(trafficClassesOf(id)).toEqual({ target, checker });
      for (const classId of [target, checker]) {
        expect(classId).toMatch(/^1:[0-9a-f]{1,4}$/);
        const minor = Number.parseInt(classId.slice(2), 16);
        expect(minor).toBeGreaterThan(1);
        expect(minor).toBeLessThan(0x80_00);
      }
      expect(checker).not.toBe(target);
    }),
  );
});
