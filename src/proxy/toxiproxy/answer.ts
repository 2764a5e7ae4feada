import type { ServerResponse } from 'node:http';
import { ApiError } from './api-error.js';

/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** JSON as Toxiproxy writes it: compact, no newline. */
export function json(status: number, value: unknown): Answer {
  return jsonText(status, JSON.stringify(value));
}

export function jsonText(status: number, body: string): Answer {
  return { status, headers: { 'Content-Type': 'application/json' }, body };
}

export function empty(status: number): Answer {
  return { status, headers: {}, body: '' };
}

/** Go's `http.Error` says plain text whatever it is, and so do we. */
export function plain(status: number, body: string): Answer {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' };
  return { status, headers, body };
}

/** An error in Toxiproxy's shape. */
export function failure(error: unknown): Answer {
  const status = error instanceof ApiError ? error.status : 500;
  const message = error instanceof Error ? error.message : String(error);
  return plain(status, `${JSON.stringify({ error: message, status })}\n`);
}

export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  // A 204 has no body, and says no length.
  const length = status === 204 ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...headers, ...length });
  response.end(body);
}
