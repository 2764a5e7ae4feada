import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ChaosError, type ChaosErrorCode } from '../model/chaos-error.js';
import { reportError } from './error-text.js';

const documented = [
  ...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `([A-Z_]+)` \|.*\| (\d+) \|$/gm),
].map(([, code, exitCode]) => ({ code: code as ChaosErrorCode, exitCode: Number(exitCode) }));
const declared = [...readFileSync('src/model/chaos-error.ts', 'utf8').matchAll(/^ {2}\| '([A-Z_]+)'/gm)].map(
  ([, code]) => code,
);

test('docs/errors.md and the code know the same errors', () => {
  expect(documented.map(({ code }) => code).sort()).toEqual([...declared].sort());
});

test.each(documented)('$code exits as documented', ({ code, exitCode }) => {
  expect(reportError(new ChaosError(code, 'x')).exitCode).toBe(exitCode);
});

test('a refusal is one message with a hint, without a stack', () => {
  const error = new ChaosError('UNKNOWN_NAME', 'no scenario is called "latency"', {
    hint: 'did you mean high_latency?',
  });
  expect(reportError(error)).toEqual({
    text: 'error: no scenario is called "latency"\n  hint: did you mean high_latency?\n',
    exitCode: 2,
  });
});

test('anything else is a bug of ours, with its stack', () => {
  const { text, exitCode } = reportError(new TypeError('x is not a function'));
  expect(text).toMatch(
    /^error: a bug in chaosx; please report it with the lines below\nTypeError: x is not a function\n {4}at /,
  );
  expect(exitCode).toBe(70);
});
