import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesSite, mayHold } from './module-pattern.js';

const site = (component: string, method: string) => ({ name: `${component}#${method}`, component, method });

describe('a pattern of functions', () => {
  test.each([
    ['src/db.js#query', true],
    ['query', true],
    ['src/db.js', true],
    ['src/*.js', true],
    ['src/**/db.js#q*', true],
    ['*', true],
    ['db.js', false],
    ['quer', false],
    ['src/db.js#', false],
    ['src/dbxjs', false],
  ])('%s names src/db.js#query: %s', (pattern, expected) => {
    expect(matchesSite(pattern, site('src/db.js', 'query'))).toBe(expected);
  });

  test.each([
    ['src/db.js', 'src/db.js', '', true],
    ['src/db.js#query', 'src/db.js', '', true],
    ['src/db.js#query', 'src/other.js', 'query', false],
    ['*.ts#query', 'src/db.js', 'query', false],
    ['*pack/*', 'src/db.js', '', false],
    ['query', 'src/db.js', 'function query() {}', true],
    ['query', 'src/db.js', 'function select() {}', false],
    ['Orders#s*e', 'src/db.js', 'class Orders { save() {} }', true],
    ['*', 'node_modules/pack/index.js', '', false],
    ['node_modules/pack/*', 'node_modules/pack/index.js', '', true],
  ])('%s may be in %s with %j: %s', (pattern, file, source, expected) => {
    expect(mayHold(pattern, file, source)).toBe(expected);
  });

  test('no file is left out whose functions it names', () => {
    const word = fc.constantFrom('a', 'b', 'ab', 'query');
    const file = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join('/')}.js`);
    const method = fc.array(word, { minLength: 1, maxLength: 2 }).map((parts) => parts.join('#'));
    const holes = fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { maxLength: 3 });
    let named = 0;
    fc.assert(
      fc.property(file, method, fc.nat(2), holes, (component, name, kind, cuts) => {
        const whole = [`${component}#${name}`, name, component][kind] ?? '';
        const pattern = cuts.reduce((text, [from, length]) => {
          const at = from % (text.length + 1);
          return `${text.slice(0, at)}*${text.slice(at + length)}`;
        }, whole);
        expect(matchesSite(pattern, site(component, name))).toBe(true);
        named += 1;
        expect(mayHold(pattern, component, name.replaceAll('#', ' '))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
    expect(named).toBeGreaterThan(50);
  });
});
