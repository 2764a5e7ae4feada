import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal, type JsonValue, readJson } from './read-json.js';

/** As `JSON.parse` gives it, but for the case of keys. */
function plain(value: JsonValue): unknown {
  if (value instanceof Decimal) return value.value;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, of]) => [key, plain(of)]));
  return value;
}

test('it reads what JSON.stringify writes, with anything behind it', () => {
  const key = fc.stringMatching(/^[a-z0-9_]{0,8}$/).filter((text) => text !== '__proto__');
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(null, true, false),
      fc.string(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? 0 : x)),
      fc.array(tie('json')),
      fc.dictionary(key, tie('json'), { noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(json, fc.boolean(), fc.constantFrom('', ' x', ',]}', '{'), (value, pretty, rest) => {
      const text = JSON.stringify(value, null, pretty ? 2 : 0);
      expect(plain(readJson(`${text}${typeof value === 'number' ? ` ${rest}` : rest}`))).toEqual(
        JSON.parse(text),
      );
    }),
  );
});

test('any text is a value or a SyntaxError, soon', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0a1.-e+ntrfals \n') }), (text) => {
      try {
        readJson(text);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['1', true],
  ['-1', true],
  ['0', true],
  ['1.0', false],
  ['1e3', false],
  ['9007199254740993', false],
])('%s is written as a whole number: %s', (text, isWhole) => {
  expect(readJson(text) instanceof Decimal).toBe(!isWhole);
});

test.each([
  ['', 'EOF'],
  ['  ', 'EOF'],
  ['{"a', 'unexpected EOF'],
  ['{"a":', 'unexpected EOF'],
  ['[1,', 'unexpected EOF'],
  ['x', "invalid character 'x' looking for beginning of value"],
  ['{1', "invalid character '1' looking for beginning of object key string"],
  ['{"a" 1', "invalid character '1' after object key"],
  ['[1 2', "invalid character '2' after array element"],
])('%j: %s', (text, message) => {
  expect(() => readJson(text)).toThrow(message);
});
