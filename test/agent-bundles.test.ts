import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('../dist/agent/', import.meta.url);
const bundle = (name: string) => readFileSync(new URL(`${name}.cjs`, folder), 'utf8');
const parser = 'Unterminated regular expression';

test.each(['preload', 'agent', 'redirect', 'modules', 'fault-code', 'attached'])(
  'what is loaded into every target has no parser in it: %s',
  (name) => {
    // It costs some 5 ms, and is loaded where modules are read.
    expect(bundle(name)).not.toContain(parser);
    expect(bundle('module-code')).toContain(parser);
    // Nor what counts handlers: only runs that observe them pay for it.
    expect(bundle(name)).not.toContain('chaosx.handlers');
    expect(bundle('module-code')).toContain('chaosx.handlers');
  },
);

test('at its start a target loads little, and nothing of what makes faults', () => {
  const loaded = new Set<string>();
  const load = (name: string) => {
    if (loaded.has(name)) return;
    loaded.add(name);
    for (const [, needed] of bundle(name).matchAll(/require\("\.\/([\w-]+)\.cjs"\)/g)) load(needed ?? '');
  };
  for (const name of ['preload', 'agent', 'redirect', 'modules']) load(name);
  const text = [...loaded].map(bundle).join('');
  expect(text.length).toBeLessThan(80_000);
  for (const builtin of ['http', 'https', 'tls', 'crypto', 'child_process']) {
    expect(text).not.toContain(`require("node:${builtin}")`);
  }
  expect(bundle('fault-code')).toContain('require("node:http")');
});

test.each(['function exempt(', 'siteOfWrapper=new WeakMap'])(
  'what holds state is in one file, however many need it: %s',
  (code) => {
    const ofPreload = readdirSync(folder).filter(
      (file) => /^[\w-]+\.cjs$/.test(file) && file !== 'attached.cjs',
    );
    expect(
      ofPreload.filter((file) => readFileSync(new URL(file, folder), 'utf8').includes(code)),
    ).toHaveLength(1);
  },
);
