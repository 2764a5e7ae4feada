import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as chaos from '../src/index.js';
import * as proxy from '../src/proxy/index.js';
import * as testing from '../src/testing/index.js';

interface Example {
  readonly where: string;
  readonly code: string;
  /** The file whose names the example may use without importing them. */
  readonly file: string | null;
}

const fenced = /^[ *]*```ts\n([\s\S]*?)^[ *]*```$/gm;

function examplesIn(path: string, file: string | null): readonly Example[] {
  return [...readFileSync(path, 'utf8').matchAll(fenced)].map(([, code = ''], index) => ({
    where: `${path} (${index + 1})`,
    code: code.replaceAll(/^ \* ?/gm, ''),
    file,
  }));
}

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .sort();
const documents = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const examples = [
  ...documents.flatMap((path) => examplesIn(path, null)),
  ...sources.flatMap((name) => examplesIn(`src/${name}`, `../src/${name.replace(/\.ts$/, '.js')}`)),
];

/** What examples take for granted: a small system of the reader's. */
const db = { query: async () => 1 };
const taken: Readonly<Record<string, unknown>> = {
  db,
  mailer: { send: async () => true },
  shop: { isResponsive: async () => (await db.query()) === 1 },
  experiment: new chaos.ChaosExperiment({
    name: 'An example',
    scenarios: [
      chaos.CHAOS_SCENARIOS.slow_method.with({
        duration: '200ms',
        parameters: { delayMs: 5, injectionRate: 1 },
      }),
    ],
    baseline: '50ms',
    holdTime: '50ms',
  }),
  signal: new AbortController().signal,
  subject: {
    fault: { type: 'SLOW_RESPONSE', backend: 'in-process', survives: 'process' },
    scenario: {},
    setUp: async () => ({}),
  },
  net: { connect: () => new net.Socket() },
  host: '127.0.0.1',
  port: 1,
  readFile: async () => readFileSync('examples/checkout/naive.yaml', 'utf8'),
  console: { log: () => undefined },
  test: () => undefined,
};

/** `expression; // 'literal'` says what comes out: it is compared. */
function withChecks(code: string): string {
  return code.replaceAll(
    /^( *)(?!const |return |await using )(.+?); \/\/ (-?[\d_.]+|'[^']*'|\[.*\]|\{.*\}|true|false)$/gm,
    '$1__same(await ($2), ($3));',
  );
}

async function run({ code, file }: Example): Promise<void> {
  const names: Record<string, unknown> = { ...chaos, ...proxy, ...testing, ...taken };
  if (file !== null) Object.assign(names, await import(file));
  names['__same'] = (actual: unknown, expected: unknown) => expect(actual).toEqual(expected);
  // In a block, so that an example may declare what others take for granted.
  const source = withChecks(code.replaceAll(/^import .*$/gm, ''));
  const { outputText } = ts.transpileModule(`export {};\n{\n${source}\n}`, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const AsyncFunction = run.constructor as new (...text: string[]) => (...values: unknown[]) => Promise<void>;
  await new AsyncFunction(...Object.keys(names), outputText.replace('export {};', ''))(
    ...Object.values(names),
  );
}

const stateDirectory = mkdtempSync(join(tmpdir(), 'chaosx-docs-test-'));
beforeAll(() => void (process.env['CHAOSX_STATE_DIR'] = stateDirectory));
afterAll(() => rmSync(stateDirectory, { recursive: true, force: true }));

describe('every example in the documentation runs', () => {
  test.each(examples)('$where', async (example) => {
    if (/^\s*throw /.test(example.code)) await expect(run(example)).rejects.toBeInstanceOf(Error);
    else await run(example);
  });

  test('there are examples at all', () => {
    expect(examples.length).toBeGreaterThan(10);
  });
});
