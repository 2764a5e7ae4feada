import { describe, expect, test } from 'vitest';
import type { ExceptionType } from '../model/scenario-parameters.js';
import { exceptionMaker } from './exception-maker.js';
import { isInjected } from './injected-error.js';

const call = { component: 'db', method: 'query', args: ['/data/orders', 7] };
const made = (type: ExceptionType) => exceptionMaker(type).make(call);

/** Everything that code under test can tell errors apart by. */
function facts(error: Error): string {
  const own = Object.entries(error).map(([key, value]) => `${key}=${String(value)}`);
  const kind = Reflect.getPrototypeOf(error)?.constructor.name ?? '';
  return [`${kind} ${error.name}: ${error.message}`, ...own].join(' ');
}

describe('exceptionMaker', () => {
  test('names', () => {
    const names = [
      'Error',
      'TypeError',
      'AggregateError',
      'AbortError',
      'TimeoutError',
      'HttpError',
      'HttpError:503',
      'HttpError:599',
      'TimeoutException',
    ];
    expect(names.map((name) => facts(made(name)))).toMatchInlineSnapshot(`
      [
        "Error Error: db.query failed (injected by chaosx)",
        "TypeError TypeError: db.query failed (injected by chaosx)",
        "AggregateError AggregateError: db.query failed (injected by chaosx)",
        "DOMException AbortError: This operation was aborted",
        "DOMException TimeoutError: The operation was aborted due to timeout",
        "Error HttpError: 500 Internal Server Error status=500 statusCode=500",
        "Error HttpError: 503 Service Unavailable status=503 statusCode=503",
        "Error HttpError: 599 Unknown status=599 statusCode=599",
        "Error TimeoutException: db.query failed (injected by chaosx)",
      ]
    `);
  });

  test('platform codes', () => {
    const codes = [
      'ECONNRESET',
      'EPIPE',
      'ETIMEDOUT',
      'ECONNREFUSED',
      'EHOSTUNREACH',
      'EAI_AGAIN',
      'ENOTFOUND',
      'ENOSPC',
      'EIO',
      'EMFILE',
      'EACCES',
    ];
    expect(codes.map((code) => facts(made(code)))).toMatchInlineSnapshot(`
      [
        "Error Error: read ECONNRESET errno=-104 code=ECONNRESET syscall=read",
        "Error Error: write EPIPE errno=-32 code=EPIPE syscall=write",
        "Error Error: connect ETIMEDOUT 127.0.0.1:80 errno=-110 code=ETIMEDOUT syscall=connect address=127.0.0.1 port=80",
        "Error Error: connect ECONNREFUSED 127.0.0.1:80 errno=-111 code=ECONNREFUSED syscall=connect address=127.0.0.1 port=80",
        "Error Error: connect EHOSTUNREACH 127.0.0.1:80 errno=-113 code=EHOSTUNREACH syscall=connect address=127.0.0.1 port=80",
        "Error Error: getaddrinfo EAI_AGAIN db errno=-3001 code=EAI_AGAIN syscall=getaddrinfo hostname=db",
        "Error Error: getaddrinfo ENOTFOUND db errno=-3008 code=ENOTFOUND syscall=getaddrinfo hostname=db",
        "Error Error: ENOSPC: no space left on device, write errno=-28 code=ENOSPC syscall=write",
        "Error Error: EIO: i/o error, read errno=-5 code=EIO syscall=read",
        "Error Error: EMFILE: too many open files, open '/data/orders' errno=-24 code=EMFILE syscall=open path=/data/orders",
        "Error Error: EACCES: permission denied, open '/data/orders' errno=-13 code=EACCES syscall=open path=/data/orders",
      ]
    `);
  });

  test('classes and factories, named in reports', () => {
    class OutOfStock extends Error {
      override readonly name = 'OutOfStock';
    }
    const soldOut = (of: { method: string; args: readonly unknown[] }) =>
      new OutOfStock(`${of.method} ${String(of.args[1])}`);
    expect(made(OutOfStock)).toBeInstanceOf(OutOfStock);
    expect(facts(made(OutOfStock))).toBe(
      'OutOfStock OutOfStock: db.query failed (injected by chaosx) name=OutOfStock',
    );
    expect(made(soldOut).message).toBe('query 7');
    expect([OutOfStock, soldOut, Error, DOMException].map((type) => exceptionMaker(type).label)).toEqual([
      'OutOfStock',
      'soldOut',
      'Error',
      'DOMException',
    ]);
  });

  test('each is new, and carries a mark that does not show', () => {
    for (const type of [
      'Error',
      'ENOSPC',
      'AbortError',
      'HttpError:500',
      'XException',
      RangeError,
    ] as const) {
      const error = made(type);
      expect(isInjected(error)).toBe(true);
      expect(made(type)).not.toBe(error);
      expect(Object.getOwnPropertySymbols({ ...error })).toEqual([]);
      expect(JSON.stringify(error)).not.toContain('chaosx.injected');
    }
    expect([new Error('real'), null, undefined, 'text', { code: 'ECONNRESET' }].map(isInjected)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  test('unknown names say what may have been meant', () => {
    const message = (name: string) => {
      try {
        exceptionMaker(name);
      } catch (error) {
        return (error as Error).message;
      }
      return 'accepted';
    };
    expect(
      [
        'ECONRESET',
        'Timeout',
        'typeerror',
        'HttpError:200',
        'HttpError:50',
        'constructor',
        'exception',
        'xyz',
      ].map(message),
    ).toMatchInlineSnapshot(`
      [
        "expected an exception type, got "ECONRESET" (did you mean "ECONNRESET"?)",
        "expected an exception type, got "Timeout" (did you mean "ETIMEOUT"?)",
        "expected an exception type, got "typeerror" (did you mean "TypeError"?)",
        "expected an exception type, got "HttpError:200" (did you mean "HttpError"?)",
        "expected an exception type, got "HttpError:50" (did you mean "HttpError"?)",
        "expected an exception type, got "constructor"",
        "expected an exception type, got "exception"",
        "expected an exception type, got "xyz"",
      ]
    `);
    expect(() => exceptionMaker('xyz')).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });
});
