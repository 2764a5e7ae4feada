import { STATUS_CODES } from 'node:http';
import { ChaosError } from '../model/chaos-error.js';
import { didYouMean } from '../model/did-you-mean.js';
import type { ExceptionType, FaultedCall } from '../model/scenario-parameters.js';
import { markInjected } from './injected-error.js';
import { systemError, systemErrorCodes } from './system-error.js';

/** Makes the errors of one exception type. */
export interface ExceptionMaker {
  /** For reports: `ECONNRESET`, `HttpError:503`, the name of a class or factory. */
  readonly label: string;
  /** True for a class or factory of the user's: what it makes is meant to be seen as it is. */
  readonly ofUser: boolean;
  /** A new, branded error. Throws what a class or factory of the user's throws, or TypeError when it makes no Error. */
  make(call: FaultedCall): Error;
}

type ErrorClass = new (message: string) => Error;
type Make = ExceptionMaker['make'];

const errorClasses: Readonly<Record<string, ErrorClass>> = {
  Error,
  TypeError,
  RangeError,
  ReferenceError,
  SyntaxError,
  URIError,
  EvalError,
};

const named: Readonly<Record<string, Make>> = {
  AbortError: () => new DOMException('This operation was aborted', 'AbortError'),
  TimeoutError: () => new DOMException('The operation was aborted due to timeout', 'TimeoutError'),
  AggregateError: (call) => new AggregateError([], messageFor(call)),
};

const knownNames = [...systemErrorCodes, ...Object.keys(named), 'HttpError', ...Object.keys(errorClasses)];

/**
 * Makes errors of a type: a platform code (`ECONNRESET`), `AbortError`, `TimeoutError`, `HttpError` (status 500) or
 * `HttpError:503`, an error class of JavaScript, `<Any>Exception` (an Error of that name), a class, or a factory.
 *
 * @throws ChaosError INVALID_INPUT for an unknown name, with what may have been meant
 */
export function exceptionMaker(type: ExceptionType): ExceptionMaker {
  if (typeof type === 'string') return maker(type, makerOfName(type), false);
  if (isErrorClass(type)) return maker(type.name, (call) => new type(messageFor(call)), true);
  return maker(type.name || 'factory', type, true);
}

function maker(label: string, make: Make, ofUser: boolean): ExceptionMaker {
  return {
    label,
    ofUser,
    make(call) {
      const error: unknown = make(call);
      if (!(error instanceof Error))
        throw new TypeError(`expected ${label} to make an Error, got ${typeof error}`);
      return markInjected(error);
    },
  };
}

function makerOfName(name: string): Make {
  const code = systemErrorCodes.find((known) => known === name);
  if (code !== undefined) return (call) => systemError(code, call);
  if (Object.hasOwn(named, name)) return named[name] as Make;
  if (Object.hasOwn(errorClasses, name)) {
    const errorClass = errorClasses[name] as ErrorClass;
    return (call) => new errorClass(messageFor(call));
  }
  const http = /^HttpError(?::([45]\d\d))?$/.exec(name);
  if (http !== null) return () => httpError(Number(http[1] ?? 500));
  if (/^[A-Z]\w*Exception$/.test(name)) return (call) => namedError(name, messageFor(call));
  const meant = didYouMean(name, knownNames);
  throw new ChaosError(
    'INVALID_INPUT',
    `expected an exception type, got "${name}"${meant === undefined ? '' : ` (${meant})`}`,
    {
      hint: `use one of ${knownNames.join(', ')}, HttpError:<400-599>, a name that ends in Exception, or in the API a class or a function that makes an error`,
    },
  );
}

function messageFor({ component, method }: FaultedCall): string {
  return `${component}.${method} failed (injected by chaosx)`;
}

function namedError(name: string, message: string): Error {
  const error = new Error(message);
  Object.defineProperty(error, 'name', { value: name, writable: true, configurable: true });
  return error;
}

/** Clients name the status differently; ours has both common names. */
function httpError(status: number): Error {
  const error = namedError('HttpError', `${status} ${STATUS_CODES[status] ?? 'Unknown'}`);
  return Object.assign(error, { status, statusCode: status });
}

function isErrorClass(type: Exclude<ExceptionType, string>): type is ErrorClass {
  return type === Error || (type as { prototype?: unknown }).prototype instanceof Error;
}
