import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const bundle = (name: string) => readFileSync(new URL(`../dist/agent/${name}.cjs`, import.meta.url), 'utf8');

test.each(['preload', 'attached'])('what is loaded into every target has no parser in it: %s', (name) => {
  // It is half of all, costs some 5 ms at each start, and is loaded where modules are read.
  expect(bundle(name)).not.toContain('Unterminated regular expression');
  expect(bundle('module-code')).toContain('Unterminated regular expression');
  // Nor what counts handlers: only runs that observe them pay for it.
  expect(bundle(name)).not.toContain('chaosx.handlers');
  expect(bundle('module-code')).toContain('chaosx.handlers');
});
