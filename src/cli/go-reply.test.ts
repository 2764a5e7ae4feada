import fc from 'fast-check';
import { expect, test } from 'vitest';
import { goReply } from './go-reply.js';

test.each([
  ['go', { decision: 'go' }],
  [' GO ', { decision: 'go' }],
  ['y', { decision: 'go' }],
  ['no-go', { decision: 'no-go' }],
  ['no-go: at lunch', { decision: 'no-go', why: 'at lunch' }],
  ['skip, it was tried yesterday', { decision: 'no-go', why: 'it was tried yesterday' }],
  ['stop', { decision: 'stop' }],
  ['stop the day: it rains', { decision: 'stop', why: 'it rains' }],
  ['stop:', { decision: 'stop' }],
])('%s', (line, answer) => {
  expect(goReply(line)).toEqual(answer);
});

test.each(['', 'no errors so far', 'going well', 'go on with it', 'the pool is full: stop?', 'stopped at 3'])(
  'a note, not an answer: %j',
  (line) => {
    expect(goReply(line)).toBeNull();
  },
);

test('whatever is typed, it is an answer or null, and a word alone decides as with any reason', () => {
  fc.assert(
    fc.property(fc.constantFrom('go', 'no-go', 'stop'), fc.string(), (word, typed) => {
      expect([null, 'go', 'no-go', 'stop']).toContain(goReply(typed)?.decision ?? null);
      const why = typed.replaceAll(/[\r\n\u2028\u2029]/g, ' ');
      expect(goReply(`${word}: ${why}`)?.decision).toBe(word);
    }),
  );
});
