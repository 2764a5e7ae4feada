import { Buffer } from 'node:buffer';
import type { AnswerParts } from './http-answer.js';

/** Ends a request with a reason; what it has not been told yet, it is not told any more. */
type Abort = (reason: Error) => void;

/** What `fetch` hands to its dispatcher, to be told of the answer: of Node 20 to 24 (`onConnect` and so on) … */
interface FormerHandler {
  onConnect(abort: Abort): void;
  onResponseStarted?(): void;
  onHeaders(status: number, headers: readonly Buffer[], resume: () => void, statusText: string): boolean;
  onData(chunk: Buffer): boolean;
  onComplete(trailers: readonly Buffer[]): void;
  onError(error: Error): void;
}

/** … and of later ones. */
interface Controller {
  readonly rawHeaders: readonly Buffer[];
  readonly rawTrailers: readonly Buffer[];
  readonly abort: Abort;
  readonly pause: () => void;
  readonly resume: () => void;
}
interface LaterHandler {
  onRequestStart(controller: Controller, context: object): void;
  onResponseStarted?(): void;
  onResponseStart(
    controller: Controller,
    status: number,
    headers: Readonly<Record<string, string>>,
    statusText: string,
  ): void;
  onResponseData(controller: Controller, chunk: Buffer): void;
  onResponseEnd(controller: Controller, trailers: object): void;
  onResponseError(controller: Controller, error: Error): void;
}

export type FetchHandler = FormerHandler | LaterHandler;

/** A handler, whichever of the two it is. */
export interface AnswerSink {
  start(abort: Abort): void;
  head(status: number, parts: AnswerParts): void;
  data(chunk: Buffer): void;
  end(): void;
  fail(error: Error): void;
}

const nothing = () => undefined;

export function answerSink(handler: FetchHandler): AnswerSink {
  return isLater(handler) ? laterSink(handler) : formerSink(handler);
}

export function isLater(handler: FetchHandler): handler is LaterHandler {
  return 'onRequestStart' in handler;
}

function formerSink(handler: FormerHandler): AnswerSink {
  return {
    start: (abort) => handler.onConnect(abort),
    head(status, parts) {
      handler.onResponseStarted?.();
      handler.onHeaders(status, rawHeaders(parts), nothing, parts.statusText);
    },
    data: (chunk) => void handler.onData(chunk),
    end: () => handler.onComplete([]),
    fail: (error) => handler.onError(error),
  };
}

function laterSink(handler: LaterHandler): AnswerSink {
  let controller: Controller = {
    rawHeaders: [],
    rawTrailers: [],
    abort: nothing,
    pause: nothing,
    resume: nothing,
  };
  return {
    start(abort) {
      controller = { ...controller, abort };
      handler.onRequestStart(controller, {});
    },
    head(status, parts) {
      controller = { ...controller, rawHeaders: rawHeaders(parts) };
      handler.onResponseStarted?.();
      const headers = Object.fromEntries(parts.headers.map(([name, value]) => [name.toLowerCase(), value]));
      handler.onResponseStart(controller, status, headers, parts.statusText);
    },
    data: (chunk) => handler.onResponseData(controller, chunk),
    end: () => handler.onResponseEnd(controller, {}),
    fail: (error) => handler.onResponseError(controller, error),
  };
}

function rawHeaders({ headers }: AnswerParts): readonly Buffer[] {
  return headers.flat().map((text) => Buffer.from(text, 'latin1'));
}
