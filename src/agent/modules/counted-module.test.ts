import { transform } from 'esbuild';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countedModule } from './counted-module.js';
import { positions } from './positions.js';

const original = `interface Row {
  readonly id: number;
}
export function first(row: Row): number {
  mark1();
  try {
    mark2();
  } catch {
    mark3();
    return row.id;
  } finally { mark4(); }
  return mark5().then(null, () => mark6()).catch((error: Error) => {
    mark7(error);
  }).on('error', function () { mark8(); }) || mark9();
}
`;
const marks = Array.from({ length: 9 }, (_, at) => `mark${at + 1}`);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaosx-maps-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function counted(source: string) {
  const path = join(folder, 'first.js');
  const fileOf = (one: string) => relative(folder, one);
  const answer = countedModule(source, 'module', { file: 'first.js', path, fileOf });
  if (answer.kind !== 'changed') throw new Error(answer.kind);
  return answer;
}

const places = [
  // esbuild's maps say where the block before it ends.
  { file: 'first.ts', line: 8, column: 3, kind: 'catch-block', told: true },
  { file: 'first.ts', line: 12, column: 29, kind: 'rejection-handler', told: true },
  { file: 'first.ts', line: 12, column: 44, kind: 'rejection-handler', told: true },
  { file: 'first.ts', line: 14, column: 6, kind: 'error-listener', told: true },
];

/** Where each mark was, as the last map of a text has it; `beside`: a map that is not in the text. */
function placesOfMarks(text: string, beside?: SourceMapPayload): unknown {
  const inside = text.lastIndexOf('base64,');
  const payload =
    beside ??
    (JSON.parse(Buffer.from(text.slice(inside + 7).trim(), 'base64').toString()) as SourceMapPayload);
  const map = new SourceMap(payload);
  const positionOf = positions(text);
  return marks.map((mark) => {
    const { line, column } = positionOf(text.indexOf(mark));
    const entry = map.findEntry(line, column);
    return 'originalLine' in entry ? [entry.originalLine + 1, entry.originalColumn + 1] : null;
  });
}

describe.each([{ minifyWhitespace: true }, { minifyWhitespace: false }])(
  'TypeScript compiled with %o',
  (options) => {
    const compile = (sourcemap: 'inline' | 'external') =>
      transform(original, { loader: 'ts', sourcefile: 'first.ts', sourcemap, ...options });

    test('handlers stand where they were written, and the map of the module in it stays true', async () => {
      const { code } = await compile('inline');
      const changed = counted(code);
      expect(changed.handlers).toEqual(places);
      expect(changed.source).toContain('mark3()');
      expect(placesOfMarks(changed.source)).toEqual(placesOfMarks(code));
    });

    test('also with a map beside it', async () => {
      const { code, map } = await compile('external');
      writeFileSync(join(folder, 'first.js.map'), map);
      const source = `${code}//# sourceMappingURL=first.js.map\n`;
      const changed = counted(source);
      expect(changed.handlers).toEqual(places);
      const payload = JSON.parse(map) as SourceMapPayload;
      expect(placesOfMarks(changed.source)).toEqual(placesOfMarks(code, payload));
      // With the map that it had, they would be elsewhere.
      expect(placesOfMarks(changed.source, payload)).not.toEqual(placesOfMarks(code, payload));
    });
  },
);

test.each([
  ['without a map', ''],
  ['with a map that is not there', '//# sourceMappingURL=nowhere.js.map'],
  ['with a map that is none', '//# sourceMappingURL=data:application/json,{'],
])('%s, places are those of the module', (_what, ending) => {
  const { handlers } = counted(`try {} catch {}\n${ending}`);
  expect(handlers).toEqual([{ line: 1, column: 8, kind: 'catch-block', told: true }]);
});
