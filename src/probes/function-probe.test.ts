import { expect, test } from 'vitest';
import { functionProbe } from './function-probe.js';

const never = new AbortController().signal;

test.each<readonly [answer: unknown, expected: object]>([
  [true, { ok: true }],
  ['OK', { ok: true }],
  [0, { ok: true }],
  [false, { ok: false, detail: 'expected a healthy answer, got false' }],
  [null, { ok: false, detail: 'expected a healthy answer, got null' }],
  [undefined, { ok: false, detail: 'expected a healthy answer, got undefined' }],
  [{ api: true, db: true }, { ok: true }],
  [
    { api: true, db: false, queue: false },
    { ok: false, detail: 'not healthy: db, queue' },
  ],
  [new Response('well'), { ok: true }],
  [new Response('unwell', { status: 503 }), { ok: false, detail: 'expected status 2xx, got 503' }],
  [{ any: 'other object' }, { ok: true }],
])('%o', async (answer, expected) => {
  expect(await functionProbe({ name: 'check', check: () => answer }).ask(never)).toEqual(expected);
  expect(await functionProbe({ name: 'check', check: async () => answer }).ask(never)).toEqual(expected);
});

test('a function that throws or rejects is unhealthy, and says why', async () => {
  const check = () => {
    throw new Error('no connection');
  };
  expect(await functionProbe({ name: 'check', check }).ask(never)).toEqual({
    ok: false,
    detail: 'no connection',
  });
  expect(await functionProbe({ name: 'check', check: async () => check() }).ask(never)).toMatchObject({
    ok: false,
  });
});
