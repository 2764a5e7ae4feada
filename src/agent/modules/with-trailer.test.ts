import { parse, tokenizer } from 'acorn';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import { describe, expect, test } from 'vitest';
import type { ModuleFormat } from './parse-module.js';
import { withTrailer } from './with-trailer.js';

/** Where each token lies; a declaration's `const` counts as `let`. */
function tokens(source: string, format: ModuleFormat): readonly string[] {
  const options = {
    sourceType: format,
    ecmaVersion: 'latest',
    locations: true,
    allowHashBang: true,
  } as const;
  const found: string[] = [];
  parse(source, {
    ...options,
    onToken: (token) => {
      const { type, loc } = token;
      const { value } = token as { readonly value?: unknown };
      const label = type.label === 'const' || value === 'let' ? 'let' : `${type.label} ${String(value)}`;
      found.push(`${loc?.start.line}:${loc?.start.column} ${label}`);
    },
  });
  return found.slice(0, -1);
}

/** What a module exports, in order of the alphabet. */
function exported(source: string): readonly string[] {
  const names: string[] = [];
  for (const node of parse(source, { sourceType: 'module', ecmaVersion: 'latest', allowHashBang: true })
    .body) {
    if (node.type === 'ExportDefaultDeclaration') names.push('default');
    if (node.type === 'ExportAllDeclaration') names.push(`* ${String(node.source.value)}`);
    if (node.type !== 'ExportNamedDeclaration') continue;
    for (const { exported: name } of node.specifiers) {
      names.push(name.type === 'Identifier' ? name.name : String(name.value));
    }
    const { declaration } = node;
    if (declaration?.type === 'VariableDeclaration') {
      names.push(...declaration.declarations.map(({ id }) => source.slice(id.start, id.end)));
    } else if (declaration != null) names.push(declaration.id.name);
  }
  return names.toSorted();
}

/** The source as changed, without the line at its end. */
function changed(source: string, format: ModuleFormat): { body: string; trailer: string } {
  const trailed = withTrailer(source, format, 'src/m.js');
  if (trailed.kind !== 'changed') throw new Error(`untouched: ${source}`);
  const lines = trailed.source.split('\n');
  return { body: lines.slice(0, -2).join('\n'), trailer: lines.at(-2) ?? '' };
}

describe('withTrailer', () => {
  test('a readable example', () => {
    const source =
      "import { x } from './x.js';\nexport const f = () => x, g = () => f();\nclass C {}\nexport default f;";
    expect(withTrailer(source, 'module', 'src/m.js')).toEqual({
      kind: 'changed',
      source: `import { x } from './x.js';
export let   f = () => x, g = () => f();
class C {}
;                
;export{f as default};globalThis[Symbol.for("chaosx.modules")]?.("src/m.js",[["f",()=>f,$=>{f=$}],["g",()=>g,$=>{g=$}],["C",()=>C,"it is a class"]]);
`,
    });
  });

  test.each([
    ['const f = () => 1;', true],
    ['const f = function () {};', true],
    ['const f = wrap(() => 1);', true],
    ['const f = async () => 1, g = function* () {};', true],
    ['const f = 1;', false],
    ['const f = { g() {} };', false],
    ['const { f } = wrap();', false],
    ['const f = () => 1, g = 2;', false],
    ["const f = require('f');", true],
    ["const { f, g: [h] } = require('f').parts;", true],
    ["const { f } = await import('./f.js');", true],
    ["const { f } = require('f'); ({ f } = {});", false],
    ["const f = require('f'), port = 80;", false],
    ['const f = () => 1; { let f; f = 2; }', false],
    ['const f = () => 1; [f] = [2];', false],
    ['const f = () => 1; ({ a: { b: f = 3 } } = {});', false],
    ['const f = () => 1; for (f of []);', false],
    ['const f = () => 1; f++;', false],
    ["const f = () => 1; eval('f = 2');", false],
  ])('%s can be set: %s', (source, expected) => {
    const trailed = withTrailer(source, null, 'm.js');
    expect(trailed.kind === 'changed' && trailed.source.startsWith('let   ')).toBe(expected);
  });

  test.each([
    ['<div/>', 'it cannot be parsed as JavaScript: Unexpected token (1:0)'],
    ['const f: number = 1', 'it cannot be parsed as JavaScript: Unexpected token (1:7)'],
    ["export * from './x.js'", 'it has no functions of its own'],
    ['const Symbol = 1; export const f = () => 1', 'it has a `Symbol` of its own'],
  ])('%s is left as it is: %s', (source, reason) => {
    expect(withTrailer(source, 'module', 'm.js')).toEqual({ kind: 'untouched', reason });
  });

  test('only what it has from other modules, when only that is asked for', () => {
    const source = "const { f } = require('f');\nconst g = () => 1;\nfunction h() {}\nexports.g = g;";
    expect(withTrailer(source, 'commonjs', 'm.js', 'imports')).toEqual({
      kind: 'changed',
      source: `${source.replace('const', 'let  ')}
;globalThis[Symbol.for("chaosx.modules")]?.("m.js",[["f",()=>f,$=>{f=$},1]]);
`,
    });
  });

  test('a source that has the line already is left as it is', () => {
    const trailed = withTrailer('const f = () => 1;', null, 'm.js');
    const again = trailed.kind === 'changed' ? withTrailer(trailed.source, null, 'm.js') : trailed;
    expect(again).toEqual({ kind: 'prepared' });
  });

  test('names that the line needs itself, and names of every alphabet', () => {
    const { trailer } = changed('function $() {}\nfunction 数() {}\nfunction __proto__() {}', 'commonjs');
    let bindings: readonly (readonly [string, () => unknown, (value: unknown) => void])[] = [];
    const text = `function $() {}\nfunction 数() {}\nfunction __proto__() {}${trailer}`;
    const run = compileFunction(text, ['globalThis', 'module']) as (globals: object, module: object) => void;
    run({ [Symbol.for('chaosx.modules')]: (_file: string, list: typeof bindings) => (bindings = list) }, {});
    expect(bindings.map(([name]) => name)).toEqual(['$', '数', '__proto__']);
    for (const [, get, set] of bindings) {
      expect(typeof get()).toBe('function');
      set(7);
      expect(get()).toBe(7);
    }
  });

  const name = fc.constantFrom('f', 'g', 'h', 'k', 'unusual$_1', '数');
  const value = fc.constantFrom(
    '() => 1',
    'async (x) => { await x; }',
    'function* () { yield 1; }',
    'class { m() {} }',
    '{ m() { return 1; } }',
    'new Map()',
    'other(() => 2)',
    '`${1}`',
    '1',
    '/x\\/[/]/g',
  );
  const statement = fc.oneof(
    fc
      .tuple(fc.constantFrom('const', 'let', 'var'), name, value)
      .map(([kind, id, of]) => `${kind} ${id} = ${of}`),
    fc.tuple(name, value, name, value).map(([a, of, b, that]) => `const ${a} = ${of}, ${b}2 = ${that}`),
    name.map((id) => `function ${id}(a, b = 2) { return a; }`),
    name.map((id) => `class ${id} { static s() {} #p = 1; get p() { return this.#p; } }`),
    name.map((id) => `async function* ${id}() {}`),
    fc.constantFrom(
      'side()',
      '{ const inner = () => 1 }',
      '// a comment',
      '/* const x = () => 1 */',
      '(() => 1)()',
    ),
  );
  const end = fc.constantFrom(';\n', '\n', ' ;\r\n', ' // end\n', ';\u2028', ';');
  const program = fc
    .tuple(
      fc.constantFrom('', '#!/usr/bin/env node\n', "'use strict';\r\n", '\u{feff}'),
      fc.array(fc.tuple(fc.constantFrom('', '', 'export ', 'export default '), statement, end), {
        maxLength: 8,
      }),
      fc.constantFrom('', '// the end', '//# sourceMappingURL=m.js.map', '\n\n'),
    )
    .map(([head, statements, tail]) => head + statements.map((parts) => parts.join('')).join('') + tail);

  test.each(['module', 'commonjs'] as const)(
    'of any %s: tokens stay in line and column, exports and what is declared stay, the line is of its own',
    (format) => {
      let seen = 0;
      fc.assert(
        fc.property(program, (source) => {
          fc.pre(isValid(source, format) && withTrailer(source, format, 'src/m.js').kind === 'changed');
          const { body, trailer } = changed(source, format);
          seen += 1;
          expect(trailer).toMatch(/^;.*\);$/);
          if (!source.includes('export default'))
            expect(tokens(body, format)).toEqual(tokens(source, format));
          const whole = `${body}\n${trailer}`;
          tokens(whole, format);
          if (format === 'module') expect(exported(whole)).toEqual(exported(source));
        }),
        { numRuns: 2_000 },
      );
      expect(seen).toBeGreaterThan(200);
    },
  );

  test('thousands of real modules: the same lines, tokens and exports', { timeout: 180_000 }, () => {
    const packages = fileURLToPath(new URL('../../../node_modules', import.meta.url));
    const wrong: string[] = [];
    let [seen, moved] = [0, 0];
    for (const path of sources(packages)) {
      if (seen === 2_500) break;
      const source = readFileSync(path, 'utf8');
      if (source.length > 200_000) continue;
      const trailed = withTrailer(source, null, 'm.js');
      if (trailed.kind !== 'changed') continue;
      seen += 1;
      const format = trailed.source.includes(',()=>module.exports);') ? 'commonjs' : 'module';
      const [before, after] = [tokens(source, format), tokens(trailed.source, format)];
      // What `export default` was made of is elsewhere; tokens of the line at the end are new.
      const kept = new Set(after);
      const words = before.filter((token) => !kept.has(token)).map((token) => token.replace(/^\S+ /, ''));
      if (words.length > 0) moved += 1;
      const isDefault = words[0] === 'export export' && words[1] === 'default default' && words.length <= 4;
      const isSame = format === 'commonjs' || String(exported(trailed.source)) === String(exported(source));
      // Of a function around all of it, its end and call.
      const isEnd =
        format === 'commonjs' && /^[})(];?[)( ;}\w]*$/.test(words.map((word) => word.split(' ')[0]).join(''));
      if ((words.length > 0 && !isDefault && !isEnd) || !isSame) wrong.push(path);
    }
    expect(wrong).toEqual([]);
    expect(seen).toBe(2_500);
    expect(moved).toBeGreaterThan(0);
  });
});

function isValid(source: string, format: ModuleFormat): boolean {
  try {
    for (const _ of tokenizer(source, { ecmaVersion: 'latest', sourceType: format })) break;
    parse(source, { ecmaVersion: 'latest', sourceType: format, allowHashBang: true });
    return true;
  } catch {
    return false;
  }
}

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.[cm]?js$/.test(entry.name)) yield path;
  }
}
