import { inspect } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CountedHandler, withHandlerCounters } from './with-handler-counters.js';

const counter = Symbol.for('chaosx.handlers');

/** What a script said, and how often each of its handlers ran and ended; without counters: as it is written. */
async function run(source: string, counts: boolean): Promise<{ said: unknown; counts: unknown }> {
  const counted = withHandlerCounters(source, 'commonjs', 'a.js');
  const text = counts && counted.kind === 'changed' ? counted.source : source;
  const handlers = counted.kind === 'changed' ? counted.handlers : [];
  const seen = handlers.map(({ kind }) => ({ kind, ran: 0, ended: 0, errors: [] as string[] }));
  const said: string[] = [];
  const context = createContext({ said, say, fail, soon: setImmediate });
  Reflect.set(
    runInContext('globalThis', context) as object,
    counter,
    (_: string, at: number, error?: unknown) => {
      const one = seen[at < 0 ? -at - 1 : at];
      if (one === undefined) return;
      if (at < 0) one.ended += 1;
      else {
        one.ran += 1;
        one.errors.push(error === undefined ? 'untold' : (error as Error).message);
      }
    },
  );
  try {
    say(await (runInContext(text, context) as unknown));
  } catch (error) {
    said.push(`threw ${String(error)}`);
  }
  return { said, counts: seen };

  function fail(): never {
    throw new Error('failed');
  }

  function say(value: unknown): void {
    said.push(inspect(value));
  }
}

const nothing = { errors: ['no'] };

describe('a handler says that it ran, and that it ended without having used the error', () => {
  test.each([
    ['an empty block', 'try { throw Error("no") } catch (e) {}', { ran: 1, ended: 1, ...nothing }],
    [
      'a block without a binding',
      'try { throw Error("no") } catch { say(1) }',
      { ran: 1, ended: 1, ...nothing },
    ],
    [
      'a block that throws another',
      'try { try { throw Error("no") } catch { throw Error("b") } } catch (x) { say(x.message) }',
      { ran: 1, ended: 0, ...nothing },
      { ran: 1, ended: 0, errors: ['b'] },
    ],
    [
      'a block that calls what throws',
      '(() => { try { throw Error("no") } catch { fail() } })()',
      { ran: 1, ended: 0, ...nothing },
    ],
    [
      'a block that uses it',
      'try { throw Error("no") } catch (e) { say(e.message) }',
      { ran: 1, ended: 0, ...nothing },
    ],
    [
      'a block that names a property so',
      'try { throw Error("no") } catch (e) { say({ e: 1 }.e) }',
      { ran: 1, ended: 1, ...nothing },
    ],
    [
      'a block that returns',
      '(() => { try { throw Error("no") } catch (e) { return {} } })()',
      { ran: 1, ended: 1, ...nothing },
    ],
    [
      'a block that returns nothing',
      '(() => { try { throw Error("no") } catch (e) { return } })()',
      { ran: 1, ended: 1, ...nothing },
    ],
    [
      'a block that leaves a loop',
      'for (const a of [1, 2]) try { throw Error("no") } catch { if (a) break; else say(2) }',
      { ran: 1, ended: 1, ...nothing },
    ],
    [
      'a block that leaves its own loop',
      'try { throw Error("no") } catch { for (;;) { break } say(1) }',
      { ran: 1, ended: 1, ...nothing },
    ],
    ['a block that never runs', 'try { say(1) } catch { say(2) }', { ran: 0, ended: 0, errors: [] }],
    [
      'a block that takes it apart',
      'try { throw Error("no") } catch ({ message }) { say(message) }',
      { ran: 1, ended: 0, errors: ['untold'] },
    ],
    ['an arrow', 'Promise.reject(Error("no")).catch(() => 7)', { ran: 1, ended: 1, ...nothing }],
    [
      'an arrow that answers an object',
      'Promise.reject(Error("no")).catch(() => ({ a: 1 }))',
      { ran: 1, ended: 1, ...nothing },
    ],
    [
      'an arrow that uses it',
      'Promise.reject(Error("no")).catch((e) => e.message)',
      { ran: 1, ended: 0, ...nothing },
    ],
    [
      'an async arrow',
      'Promise.reject(Error("no")).catch(async e => { return await 8; })',
      { ran: 1, ended: 1, ...nothing },
    ],
    [
      'an arrow that throws',
      'Promise.reject(Error("no")).catch(() => { throw Error("b") })',
      { ran: 1, ended: 0, ...nothing },
    ],
    [
      'a function',
      'Promise.reject(Error("no")).catch(function () { "use strict"; return this })',
      { ran: 1, ended: 1, ...nothing },
    ],
    [
      'a function by its arguments',
      'Promise.reject(Error("no")).catch(function () { return arguments.length })',
      { ran: 1, ended: 0, ...nothing },
    ],
    [
      'the second of then',
      'Promise.reject(Error("no")).then(null, () => {})',
      { ran: 1, ended: 1, ...nothing },
    ],
    [
      'a function with a name',
      'function f() {} Promise.reject(Error("no")).catch(f)',
      { ran: 1, ended: 1, ...nothing },
    ],
    [
      'a constant',
      'const f = (e) => {}; Promise.reject(Error("no")).catch(f)',
      { ran: 1, ended: 1, ...nothing },
    ],
    [
      'a listener',
      '({ on(_, f) { f(Error("no")) } }).on("error", () => {})',
      { ran: 1, ended: 1, ...nothing },
    ],
  ])('%s', async (_, source, expected, ...more: object[]) => {
    const plain = await run(source, false);
    const counted = await run(source, true);
    expect(counted.said).toEqual(plain.said);
    expect(counted.counts).toMatchObject([expected, ...more]);
  });
});

function found(source: string): readonly CountedHandler[] {
  const counted = withHandlerCounters(source, null, 'a.js');
  return counted.kind === 'changed' ? counted.handlers : [];
}

test('handlers are found where they stand, and those that are no function of the module are said to be untold', () => {
  const source = `try { a() } catch {}
p.then(ok, bad)
  .catch(reject).then(ok, undefined);
q.on('error', next); q.on('data', () => {}); q.once("error", function () {});
t.addEventListener('error', (e) => e);`;
  expect(found(source)).toEqual([
    { kind: 'catch-block', line: 1, column: 13, told: true },
    { kind: 'rejection-handler', line: 2, column: 12, told: false },
    { kind: 'rejection-handler', line: 3, column: 4, told: false },
    { kind: 'error-listener', line: 4, column: 3, told: false },
    { kind: 'error-listener', line: 4, column: 48, told: true },
    { kind: 'error-listener', line: 5, column: 3, told: true },
  ]);
});

test.each([
  ['const Symbol = 1; try {} catch {}', 'it has a `Symbol` of its own'],
  ['try {} catch {', 'it cannot be parsed as JavaScript: Unexpected token (1:14)'],
])('left alone, with the reason: %s', (source, reason) => {
  expect(withHandlerCounters(source, 'commonjs', 'a.js')).toEqual({ kind: 'untouched', reason });
});

test('counters are not put in twice', () => {
  const once = withHandlerCounters('try {} catch {}', 'commonjs', 'a.js');
  expect(once.kind === 'changed' && withHandlerCounters(once.source, 'commonjs', 'a.js')).toEqual({
    kind: 'same',
  });
});

/** Programs of nested handlers, each of which says what happens in it. */
const { program } = fc.letrec<{ program: string; block: string; statement: string; value: string }>(
  (tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('1', '{}.a', '(2, 3)', 'fail()', 'e', '(() => 4)', 'function () {}', '[5]', 'class {}'),
      fc.tuple(tie('value'), tie('value')).map(([a, b]) => `say(${a}, ${b})`),
      tie('block').map((block) => `(() => ${block})()`),
      tie('value').map(
        (value) => `quiet(bad().catch(() => ${value.startsWith('{') ? `(${value})` : value}))`,
      ),
      tie('block').map((block) => `quiet(bad().then(null, async (e) => ${block}))`),
    ),
    statement: fc.oneof(
      { depthSize: 'small' },
      tie('value').map((value) => `say(${value});`),
      tie('value').map((value) => `return ${value}`),
      tie('value').map((value) => `throw ${value};`),
      fc.constantFrom(
        'return;',
        'if (turn()) break\n else say(0)',
        'if (turn()) continue;',
        'if (turn()) break outer;',
        'var v = say(6)',
      ),
      fc.tuple(tie('block'), tie('block')).map(([a, b]) => `try ${a} catch (e) ${b}`),
      fc.tuple(tie('block'), tie('block')).map(([a, b]) => `try ${a} catch ${b} finally { say(7) }`),
      tie('block').map((block) => `for (const i of [1, 2]) ${block}`),
      tie('block').map((block) => `switch (turn()) { case true: ${block} default: say(8) }`),
    ),
    block: fc.array(tie('statement'), { maxLength: 3 }).map((all) => `{ ${all.join('\n')} }`),
    program: tie('block').map(
      (block) => `const said2 = []; let turns = 0; const e = 0;
const turn = () => (turns += 1) % 2 === 0;
const fail = () => { throw Error('failed'); };
const bad = () => Promise.reject(Error('bad'));
const shown = (v) => typeof v === 'function' ? v.name + v.length : v instanceof Error ? v.message : String(v);
const quiet = (p) => { p.then((v) => said2.push('value ' + shown(v)), (e) => said2.push('error ' + shown(e))); return p; };
const main = (say) => { outer: for (const i of [1, 2]) { for (const j of [1, 2]) { try { fail() } catch ${block} } } };
main((...all) => { said2.push(all.length, ...all.map(shown), turns); return all[0]; });
new Promise((resolve) => soon(() => resolve(said2)))`,
    ),
  }),
);

test('a program does the same with and without counters', async () => {
  await fc.assert(
    fc.asyncProperty(program, async (source) => {
      // What breaks out of a function is no program.
      fc.pre(withHandlerCounters(source, 'commonjs', 'a.js').kind === 'changed');
      expect((await run(source, true)).said).toEqual((await run(source, false)).said);
    }),
    { numRuns: 150 },
  );
});
