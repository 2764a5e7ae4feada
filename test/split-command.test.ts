import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isChaosError } from '../src/model/chaos-error.js';
import { splitCommand } from '../src/model/split-command.js';

/** The words that a real shell makes of a text. */
function shellWords(text: string): readonly string[] {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', `set -- ${text}\nprintf '%s\\0' "$@"`], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.split('\0').slice(0, -1);
}

function wordsOrRefusal(text: string): readonly string[] | null {
  try {
    return splitCommand(text);
  } catch (error) {
    if (isChaosError(error)) return null;
    throw error;
  }
}

test('what it accepts, /bin/sh splits into the same words', () => {
  // No globs, `~`, `#` or `=`: there, deliberately, nothing is expanded.
  const pieces = ['a', 'b c', ' ', "'", '"', '\\', '\\\\', '\\"', '\t', '\n', '\\\n', '|', '$x', '-', 'é'];
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 10 }), (chosen) => {
      const text = `run ${chosen.join('')}`;
      const words = wordsOrRefusal(text);
      // A backslash at the very end would join the shell's next line.
      if (words === null || /(^|[^\\])(\\\\)*\\$/.test(text)) return;
      accepted += 1;
      expect(words).toEqual(shellWords(text));
    }),
    { numRuns: 500 },
  );
  expect(accepted).toBeGreaterThan(30);
});
