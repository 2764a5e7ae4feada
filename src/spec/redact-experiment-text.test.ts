import { expect, test } from 'vitest';
import { redactExperimentText } from './redact-experiment-text.js';

test('keeps names of variables, comments and everything else, but no values and no credentials', () => {
  expect(
    redactExperimentText(`# a comment
name: Checkout
targetSystem:
  start: node server.mjs # another
  env: { PORT: "3000", API_KEY: secret, DB: "postgres://u:pw@h/db" }
probes:
  - http: http://user:pw@127.0.0.1:3000/
`),
  ).toMatchInlineSnapshot(`
    "# a comment
    name: Checkout
    targetSystem:
      start: node server.mjs # another
      env: { PORT: "(not stored)", API_KEY: (not stored), DB: "(not stored)" }
    probes:
      - http: http://***@127.0.0.1:3000/
    "
  `);
});

test('a file without an environment stays as it is', () => {
  expect(redactExperimentText('name: a\n')).toBe('name: a\n');
});
