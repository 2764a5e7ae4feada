import { connectionReset } from './connection-reset.js';
import { type AnswerSink, answerSink, type FetchHandler, isLater } from './fetch-handler.js';
import { answerParts, breakMs, type HttpAnswer } from './http-answer.js';
import { markInjected } from './injected-error.js';
import { inNextTurn } from './next-turn.js';
import type { GivenAnswer, PlatformHit } from './platform-call.js';

/** What `fetch` asks of its dispatcher. */
interface DispatchOptions {
  readonly method: string;
  readonly body?: unknown;
}
interface Dispatcher {
  dispatch(options: DispatchOptions, handler: FetchHandler): boolean;
}

/**
 * The real `fetch`, whose dispatcher answers what it asks first: so redirects, decoding, cookies and bodies are its own.
 * `after`: the real dispatcher is asked, and its answer replaced once it is complete.
 */
export function answerFetch(call: PlatformHit, { answer, moment, felt }: GivenAnswer): unknown {
  const [input, init] = call.args as readonly [unknown, (object | null)?];
  const { delays } = call;
  let isAnswered = false;
  const answering: Dispatcher = {
    dispatch(options, handler) {
      const real = dispatcherOf(init) ?? dispatcherOf(input) ?? globalDispatcher();
      // A redirect is followed to where it leads.
      if (isAnswered) return real.dispatch(options, handler);
      isAnswered = true;
      const sink = answerSink(handler);
      const give = (isOver: () => boolean) => {
        felt();
        return giveAnswer(sink, answer, options.method, delays, isOver);
      };
      if (moment === 'after') {
        return real.dispatch(
          options,
          replacing(
            handler,
            () => delays.isOver(),
            () => void give(() => false),
          ),
        );
      }
      void answerInstead(sink, options, give);
      return true;
    },
  };
  const given = Object.create(init ?? null, {
    dispatcher: { value: answering, enumerable: true },
  }) as object;
  return call.observe(() =>
    (call.proceed([input, given]) as Promise<Response>).then((response) =>
      response.status === answer.status && !response.redirected ? markInjected(response) : response,
    ),
  );
}

async function answerInstead(
  sink: AnswerSink,
  { body }: DispatchOptions,
  give: (isOver: () => boolean) => Promise<void>,
): Promise<void> {
  let isOver = false;
  sink.start((reason) => {
    if (isOver) return;
    isOver = true;
    sink.fail(reason);
  });
  // A server reads what it is sent.
  if (isIterable(body)) for await (const _ of body);
  await new Promise<void>(inNextTurn);
  if (isOver) return;
  await give(() => isOver);
  isOver = true;
}

async function giveAnswer(
  sink: AnswerSink,
  answer: HttpAnswer,
  method: string,
  delays: PlatformHit['delays'],
  isOver: () => boolean,
): Promise<void> {
  const parts = answerParts(answer, method, true);
  sink.head(answer.status, parts);
  if (parts.body.length > 0) sink.data(parts.body);
  if (answer.breaksAfterBytes === null) {
    sink.end();
    return;
  }
  await delays.sleep(breakMs, null);
  if (!isOver()) sink.fail(connectionReset());
}

/** A handler that keeps the real answer to itself, and says when it is complete. */
function replacing(handler: FetchHandler, isOver: () => boolean, completed: () => void): FetchHandler {
  const told = handler as unknown as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
  const [head, data, end] = isLater(handler)
    ? (['onResponseStart', 'onResponseData', 'onResponseEnd'] as const)
    : (['onHeaders', 'onData', 'onComplete'] as const);
  let replaces = true;
  const own: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
    onResponseStarted: () => undefined,
    [head](...args) {
      // Interim answers are none.
      const status = args[isLater(handler) ? 1 : 0] as number;
      if (status >= 200 && isOver()) {
        replaces = false;
        told['onResponseStarted']?.();
      }
      return replaces ? true : told[head]?.(...args);
    },
    [data]: (...args) => (replaces ? true : told[data]?.(...args)),
    [end]: (...args) => (replaces ? completed() : told[end]?.(...args)),
  };
  return new Proxy(handler, {
    get(_target, key) {
      if (typeof key === 'string' && Object.hasOwn(own, key)) return own[key];
      const value: unknown = Reflect.get(handler, key);
      return typeof value === 'function' ? (value.bind(handler) as unknown) : value;
    },
  });
}

/** What the program itself asked to be used. */
function dispatcherOf(part: unknown): Dispatcher | null {
  if (typeof part !== 'object' || part === null) return null;
  const kept = Object.getOwnPropertySymbols(part).find(({ description }) => description === 'dispatcher');
  const found = kept === undefined ? Reflect.get(part, 'dispatcher') : Reflect.get(part, kept);
  return typeof (found as Partial<Dispatcher> | null | undefined)?.dispatch === 'function'
    ? (found as Dispatcher)
    : null;
}

function globalDispatcher(): Dispatcher {
  const slots = globalThis as unknown as Readonly<Record<symbol, Dispatcher | undefined>>;
  const found =
    slots[Symbol.for('undici.globalDispatcher.2')] ?? slots[Symbol.for('undici.globalDispatcher.1')];
  if (found === undefined) throw new TypeError('fetch has no dispatcher');
  return found;
}

function isIterable(body: unknown): body is AsyncIterable<unknown> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
