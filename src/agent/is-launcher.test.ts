import { expect, test } from 'vitest';
import { isLauncher, type SelfOfProcess } from './is-launcher.js';

const self = (of: Partial<SelfOfProcess>): SelfOfProcess => ({
  argv: ['/usr/bin/node'],
  execArgv: [],
  env: {},
  isMainThread: true,
  ...of,
});

test.each([
  ['npm', self({ argv: ['node', '/usr/lib/node_modules/npm/bin/npm-cli.js', 'test'] })],
  ['npx as a link', self({ argv: ['node', '/usr/bin/npx'] })],
  ['pnpm', self({ argv: ['node', '/opt/pnpm/bin/pnpm.cjs'] })],
  ['vitest', self({ argv: ['node', '/p/node_modules/.bin/vitest'] })],
  ['vitest by its file', self({ argv: ['node', '/p/node_modules/vitest/vitest.mjs'] })],
  ['node --test', self({ execArgv: ['--test'] })],
])('%s only starts others', (_name, process) => {
  expect(isLauncher(process)).toBe(true);
});

test.each([
  ['a file of node --test', self({ argv: ['node', '/p/a.test.js'], env: { NODE_TEST_CONTEXT: 'child-v8' } })],
  ['node --test in one process', self({ execArgv: ['--test', '--test-isolation=none'] })],
  ['a thread of Vitest', self({ argv: ['node', '/p/node_modules/.bin/vitest'], isMainThread: false })],
  ['a fork of Vitest', self({ argv: ['node', '/p/node_modules/vitest/dist/workers/forks.js'] })],
  ['Jest, which may run tests itself', self({ argv: ['node', '/p/node_modules/.bin/jest'] })],
  ['a program of the project', self({ argv: ['node', '/p/npm-like.js'] })],
])('%s runs tests, or may', (_name, process) => {
  expect(isLauncher(process)).toBe(false);
});
