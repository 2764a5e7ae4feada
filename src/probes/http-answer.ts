import type { IncomingHttpHeaders } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { formatMs, toMs } from '../model/duration.js';
import type { HttpExpectation } from '../model/probe.js';
import { type JsonPath, parseJsonPath, valueAt } from './json-path.js';

/** What came back over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body was longer than the limit and is cut there. */
  readonly cut: boolean;
  /** From the start of the request to the end of the body. */
  readonly tookMs: number;
}

/** Says what is wrong with an answer; null when nothing is. */
export type AnswerCheck = (answer: HttpAnswer) => string | null;

/**
 * The checks of an expectation, in the order status, headers, JSON, body, time.
 *
 * @throws ChaosError INVALID_INPUT when the JSON path or the duration is not valid
 */
export function answerChecks(expectation: HttpExpectation): readonly AnswerCheck[] {
  const { status, headers = {}, json, body, within } = expectation;
  const checks: AnswerCheck[] = [(answer) => checkStatus(answer, status)];
  for (const [name, value] of Object.entries(headers)) {
    checks.push((answer) => checkHeader(answer, name, value));
  }
  if (json !== undefined) {
    const path = parseJsonPath(json.path);
    checks.push((answer) => checkJson(answer, json.path, path, json.equals));
  }
  if (body !== undefined) {
    checks.push((answer) =>
      answer.body.includes(body) ? null : `expected a body with ${quoted(body)}, got ${quoted(answer.body)}`,
    );
  }
  if (within !== undefined) {
    const limitMs = toMs(within);
    checks.push(({ tookMs }) =>
      tookMs <= limitMs
        ? null
        : `expected an answer within ${formatMs(limitMs)}, got one after ${formatMs(tookMs)}`,
    );
  }
  return checks;
}

function checkStatus({ status }: HttpAnswer, expected: HttpExpectation['status']): string | null {
  if (expected === undefined) {
    return status >= 200 && status < 300 ? null : `expected status 2xx, got ${status}`;
  }
  const allowed = typeof expected === 'number' ? [expected] : expected;
  return allowed.includes(status) ? null : `expected status ${allowed.join(' or ')}, got ${status}`;
}

function checkHeader({ headers }: HttpAnswer, name: string, expected: string): string | null {
  const value = headers[name.toLowerCase()];
  const actual = Array.isArray(value) ? value.join(', ') : value;
  if (actual === expected) return null;
  return `expected header ${name}: ${quoted(expected)}, got ${actual === undefined ? 'none' : quoted(actual)}`;
}

function checkJson(answer: HttpAnswer, shownPath: string, path: JsonPath, equals: unknown): string | null {
  let document: unknown;
  try {
    document = JSON.parse(answer.body);
  } catch {
    return `expected JSON, got ${answer.cut ? 'a body over the limit of 1 MiB' : quoted(answer.body)}`;
  }
  const { found, value } = valueAt(document, path);
  const expected = equals === undefined ? 'a value' : quoted(equals);
  if (!found) return `expected ${expected} at ${shownPath}, got nothing there`;
  if (equals === undefined || isDeepStrictEqual(value, equals)) return null;
  return `expected ${expected} at ${shownPath}, got ${quoted(value)}`;
}

const shownLength = 80;

function quoted(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= shownLength ? text : `${text.slice(0, shownLength)}…`;
}
