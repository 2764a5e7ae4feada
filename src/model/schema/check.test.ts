import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { check } from './check.js';
import { formatPath } from './problem.js';
import { shown } from './shown.js';

const schema = z.strictObject({
  name: z.string(),
  share: z.number({ error: 'a share from 0 to 1' }).min(0).max(1),
  kind: z.enum(['fast', 'slow']),
  list: z.array(z.int()).min(1),
  env: z.record(z.string().regex(/^[A-Z]+$/, { error: 'a name in capitals' }), z.string()),
});

test('finds every mistake, with its path, what was expected, what came, and what was meant', () => {
  const checked = check(schema, {
    nam: 1,
    share: 5,
    kind: 'slwo',
    list: ['1', 1.5],
    env: { PORT: 80, port: 'x' },
  });
  const lines = checked.ok
    ? []
    : checked.problems.map(({ path, at, message, hint }) => [formatPath(path), at, message, hint ?? '']);
  expect(lines).toMatchInlineSnapshot(`
    [
      [
        "name",
        "value",
        "missing, expected text",
        "",
      ],
      [
        "share",
        "value",
        "expected a share from 0 to 1, got 5",
        "",
      ],
      [
        "kind",
        "value",
        "expected one of fast, slow, got "slwo"",
        "did you mean "slow"?",
      ],
      [
        "list[0]",
        "value",
        "expected a number, got "1"",
        "write it without quotes: 1",
      ],
      [
        "list[1]",
        "value",
        "expected a whole number, got 1.5",
        "",
      ],
      [
        "env.PORT",
        "value",
        "expected text, got 80",
        "put it in quotes: "80"",
      ],
      [
        "env.port",
        "key",
        "expected a name in capitals, got "port"",
        "",
      ],
      [
        "nam",
        "key",
        "unknown key "nam"",
        "did you mean "name"?",
      ],
    ]
  `);
});

test('gives the value of what is right', () => {
  const value = { name: 'x', share: 1, kind: 'fast', list: [1], env: {} };
  expect(check(schema, value)).toEqual({ ok: true, value });
});

test('shows any value on one short line', () => {
  const values = [
    undefined,
    null,
    '',
    'x'.repeat(100),
    3,
    true,
    [],
    [1, 'a'],
    [{}],
    {},
    { a: 1, b: 2 },
    () => 1,
    Symbol('s'),
    5n,
    'redis://u:pw@h',
    { 'a\nb': 1 },
  ];
  expect(values.map(shown)).toMatchInlineSnapshot(`
    [
      "nothing",
      "nothing (null)",
      """",
      ""xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"",
      "3",
      "true",
      "an empty list",
      "[1, "a"]",
      "a list of 1",
      "an empty object",
      "an object with a, b",
      "a function",
      "Symbol(s)",
      "5",
      ""redis://***@h"",
      "an object with "a\\nb"",
    ]
  `);
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(shown(value)).not.toContain('\n');
    }),
  );
});

test('writes paths as code does', () => {
  expect(formatPath([])).toBe('');
  expect(formatPath([0, 'a'])).toBe('[0].a');
  expect(formatPath(['a', 0, 'b', 'x-y', ''])).toBe('a[0].b["x-y"][""]');
});
