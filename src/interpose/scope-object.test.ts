import fc from 'fast-check';
import { expect, test } from 'vitest';
import { activePatches } from './active-patches.js';
import { findCallSites } from './find-call-sites.js';
import { type Attachment, attachLayer } from './patched-site.js';
import { type ScopeBinding, scopeObject } from './scope-object.js';

type Fn = (...args: unknown[]) => unknown;

/** A scope of real bindings, and calls through them. */
function scope() {
  let query: unknown = (sql: string) => `row of ${sql}`;
  let format: unknown = function format(text: string) {
    return text;
  };
  const fixed = () => 'fixed';
  const bindings = new Map<string, ScopeBinding>([
    ['query', { get: () => query, set: (value) => (query = value) }],
    ['format', { get: () => format, set: (value) => (format = value) }],
    ['fixed', { get: () => fixed }],
    [
      'refusing',
      {
        get: () => fixed,
        set() {
          throw new TypeError('Assignment to constant variable.');
        },
      },
    ],
    [
      'early',
      {
        get() {
          throw new ReferenceError("Cannot access 'early' before initialization");
        },
        set: () => undefined,
      },
    ],
  ]);
  return {
    object: scopeObject(bindings),
    query: (sql: string) => (query as Fn)(sql),
    format: (text: string) => (format as Fn)(text),
    values: () => [query, format, fixed],
    assign: (value: unknown) => {
      query = value;
    },
  };
}

const siteOf = (object: object, key: string) => ({
  name: `m.js#${key}`,
  component: 'm.js',
  method: key,
  holder: object,
  key,
});
const marking = (mark: string) => ({
  select: () => 0,
  act: (_n: number, call: { proceed(): unknown }) => `${mark}(${String(call.proceed())})`,
});

test('its properties are the bindings that are initialised, and their functions are found', () => {
  const { object } = scope();
  expect(Object.keys(object)).toEqual(['query', 'format', 'fixed', 'refusing']);
  expect(findCallSites('m', object).sites.map(({ key }) => key)).toEqual([
    'query',
    'format',
    'fixed',
    'refusing',
  ]);
  expect(Object.hasOwn(object, 'other')).toBe(false);
});

test('in any order of arming and putting back, calls meet the layers that are there, and the originals come back', () => {
  const step = fc.record({ key: fc.constantFrom('query' as const, 'format' as const), at: fc.nat(6) });
  let armed = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const made = scope();
      const before = made.values();
      const layers: { key: 'query' | 'format'; mark: string; attachment: Attachment }[] = [];
      const shown = (key: string) =>
        layers.filter((layer) => layer.key === key).reduce((inner, { mark }) => `${mark}(${inner})`, 'x');
      steps.forEach(({ key, at }, count) => {
        if (at < layers.length) {
          const [gone] = layers.splice(at, 1);
          expect(gone?.attachment.detach()).toBe('done');
        } else {
          const mark = `l${count}`;
          layers.push({ key, mark, attachment: attachLayer(siteOf(made.object, key), marking(mark)) });
          armed += 1;
        }
        expect(made.format('x')).toBe(shown('format'));
        expect(made.query('x')).toBe(shown('query').replace('x', 'row of x'));
        expect(layers.every(({ attachment }) => attachment.inPlace())).toBe(true);
      });
      for (const { attachment } of layers) expect(attachment.detach()).toBe('done');
      expect(made.values().map((value, at) => value === before[at])).toEqual([true, true, true]);
      expect(activePatches()).toEqual([]);
    }),
  );
  expect(armed).toBeGreaterThan(100);
});

test('what the program assigns meanwhile stays, and ours goes when the program lets go of it', () => {
  const made = scope();
  const attachment = attachLayer(siteOf(made.object, 'query'), marking('hit'));
  const [ours] = made.values();
  made.assign(() => 'other');
  expect([attachment.inPlace(), attachment.detach(), made.query('x')]).toEqual([false, 'changed', 'other']);
  expect(activePatches()).toHaveLength(1);
  made.assign(ours);
  expect([attachment.detach(), made.query('x'), activePatches()]).toEqual(['done', 'row of x', []]);
});

test('a binding that cannot be set, or is not there, is an INJECTION_FAILED', () => {
  const { object } = scope();
  for (const key of ['fixed', 'refusing']) {
    expect(() => attachLayer(siteOf(object, key), marking('hit'))).toThrow(/could not be patched/);
  }
  expect(() => attachLayer(siteOf(object, 'early'), marking('hit'))).toThrow(
    /to be a function, got undefined/,
  );
  expect(activePatches()).toEqual([]);
});
