import { expect, test } from 'vitest';
import type { HttpExpectation } from '../model/probe.js';
import { answerChecks, type HttpAnswer } from './http-answer.js';

const answer: HttpAnswer = {
  status: 200,
  headers: { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] },
  body: JSON.stringify({ status: 'up', items: [{ price: 12.5, tags: ['new'] }], stale: null }),
  cut: false,
  tookMs: 120,
};

function problems(expectation: HttpExpectation, changes: Partial<HttpAnswer> = {}): readonly string[] {
  return answerChecks(expectation)
    .map((check) => check({ ...answer, ...changes }))
    .filter((problem) => problem !== null);
}

test.each<HttpExpectation>([
  {},
  { status: 200 },
  { status: [200, 204] },
  { body: '"up"' },
  { json: { path: '$.status' } },
  { json: { path: '$.stale' } },
  { json: { path: '$.stale', equals: null } },
  { json: { path: '$.items[0]', equals: { tags: ['new'], price: 12.5 } } },
  { headers: { 'Content-Type': 'application/json', 'set-cookie': 'a=1, b=2' } },
  { within: '120ms' },
])('the answer is as expected: %j', (expectation) => {
  expect(problems(expectation)).toEqual([]);
});

test('says what was expected and what came', () => {
  const seen = [
    problems({}, { status: 503 }),
    problems({}, { status: 302 }),
    problems({ status: 200 }, { status: 503 }),
    problems({ status: [200, 204] }, { status: 404 }),
    problems({ body: 'down' }),
    problems({ body: 'down' }, { body: 'x'.repeat(1_000) }),
    problems({ json: { path: '$.status', equals: 'down' } }),
    problems({ json: { path: '$.items[3].price', equals: 1 } }),
    problems({ json: { path: '$.nothing' } }),
    problems({ json: { path: '$.status' } }, { body: '<html>' }),
    problems({ json: { path: '$.status' } }, { body: '{"status": "u', cut: true }),
    problems({ headers: { 'X-Cache': 'hit', 'content-type': 'text/html' } }),
    problems({ within: '100ms' }),
    problems({ body: 'up', within: 0.1, json: { path: 'status' } }, { status: 500, body: '' }),
  ];
  expect(seen.map((list) => list.join('\n  ')).join('\n')).toMatchInlineSnapshot(`
    "expected status 2xx, got 503
    expected status 2xx, got 302
    expected status 200, got 503
    expected status 200 or 204, got 404
    expected a body with "down", got "{\\"status\\":\\"up\\",\\"items\\":[{\\"price\\":12.5,\\"tags\\":[\\"new\\"]}],\\"stale\\":nu…
    expected a body with "down", got "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
    expected "down" at $.status, got "up"
    expected 1 at $.items[3].price, got nothing there
    expected a value at $.nothing, got nothing there
    expected JSON, got "<html>"
    expected JSON, got a body over the limit of 1 MiB
    expected header X-Cache: "hit", got none
      expected header content-type: "text/html", got "application/json"
    expected an answer within 100 ms, got one after 120 ms
    expected status 2xx, got 500
      expected JSON, got ""
      expected a body with "up", got ""
      expected an answer within 100 ms, got one after 120 ms"
  `);
});
