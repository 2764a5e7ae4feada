import { STATUS_CODES } from 'node:http';
import { systemClock } from '../model/system-clock.js';

/** An answer of an HTTP server. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readonly<Record<string, unknown>>;
  /** The connection is reset after so many bytes of the body; null: the answer is complete. */
  readonly breaksAfterBytes: number | null;
}

/** Time from the last bytes to the reset: what came before it can be read. */
export const breakMs = 20;

/** The parts of an answer as a server of Node sends them. */
export interface AnswerParts {
  readonly statusText: string;
  /** In the order in which they are sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** What of the body is sent. */
  readonly body: Buffer;
}

export function answerParts(answer: HttpAnswer, httpMethod: string, keepsAlive: boolean): AnswerParts {
  const { status, headers, body, breaksAfterBytes } = answer;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const isBare = status === 204 || status === 205 || status === 304;
  const whole = Buffer.from(isBare ? '' : text);
  const given = Object.entries(headers);
  const has = (name: string) => given.some(([key]) => key.toLowerCase() === name);
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  const announced = breaksAfterBytes === null ? whole.length : Math.max(whole.length, breaksAfterBytes + 1);
  return {
    statusText: STATUS_CODES[status] ?? 'unknown',
    headers: [
      ...given,
      ...(whole.length > 0 && !has('content-type') ? ([['Content-Type', type]] as const) : []),
      ...(has('date') ? [] : ([['Date', new Date(systemClock.wallMs()).toUTCString()]] as const)),
      ...(keepsAlive
        ? ([
            ['Connection', 'keep-alive'],
            ['Keep-Alive', 'timeout=5'],
          ] as const)
        : ([['Connection', 'close']] as const)),
      ...(isBare || httpMethod === 'HEAD' ? [] : ([['Content-Length', String(announced)]] as const)),
    ],
    body: httpMethod === 'HEAD' ? Buffer.alloc(0) : whole.subarray(0, breaksAfterBytes ?? whole.length),
  };
}
