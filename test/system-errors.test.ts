import { once } from 'node:events';
import { closeSync, openSync, promises, writeSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getSystemErrorName } from 'node:util';
import { lookup } from 'node:dns/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { exceptionMaker } from '../src/interpose/exception-maker.js';
import { isInjected } from '../src/interpose/injected-error.js';
import { systemErrorCodes } from '../src/interpose/system-error.js';

/** Not a host name, for its empty part: a look-up fails without asking anybody. */
const badHost = 'nowhere..invalid';

const made = (type: string, args: readonly unknown[] = []) =>
  exceptionMaker(type).make({ component: badHost, method: 'query', args });

/** Class, message and every own property with its flags; stacks apart. */
function shape(error: unknown): unknown {
  const { stack: _stack, ...own } = Object.getOwnPropertyDescriptors(error as Error);
  const brand = Symbol.for('chaosx.injected');
  return {
    class: Object.getPrototypeOf(error),
    name: (error as Error).name,
    message: (error as Error).message,
    code: (error as { code?: unknown }).code,
    own: Object.fromEntries(Object.entries(own)),
    order: Object.keys(error as Error),
    symbols: Object.getOwnPropertySymbols(error).filter((symbol) => symbol !== brand),
  };
}

/** The same facts as a peer that differs only in where it is. */
function at(error: Error, address: string, port: number): Error {
  error.message = error.message.replace('127.0.0.1:80', `${address}:${port}`);
  return Object.assign(error, { address, port });
}

const caught = async (run: () => unknown): Promise<Error> => {
  try {
    await run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected a real failure, got none');
};

/** A port of this machine where nobody listens any more. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

describe('injected errors are those of the platform', () => {
  test('ECONNREFUSED: a connect where nobody listens', async () => {
    const port = await closedPort();
    const socket = connect(port, '127.0.0.1');
    const real = await caught(() => once(socket, 'connect'));
    expect(shape(at(made('ECONNREFUSED'), '127.0.0.1', port))).toEqual(shape(real));
  });

  test('ECONNRESET: a peer that resets', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.resetAndDestroy())).listen(
      0,
      '127.0.0.1',
    );
    closing.push(() => server.close());
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const real = await caught(async () => {
      await once(socket, 'connect');
      // The reset comes as an answer: one during the handshake would be an error of the connect.
      socket.write('x');
      await once(socket, 'end');
    });
    expect(shape(made('ECONNRESET'))).toEqual(shape(real));
  });

  test('ENOSPC: a write to a full device', async () => {
    const file = openSync('/dev/full', 'w');
    closing.push(() => closeSync(file));
    const sync = await caught(() => writeSync(file, 'x'));
    const asynchronous = await caught(() => promises.writeFile('/dev/full', 'x'));
    expect(shape(made('ENOSPC'))).toEqual(shape(asynchronous));
    // The synchronous one has the same facts; Node orders its keys otherwise.
    expect({ ...made('ENOSPC') }).toEqual({ ...sync });
    expect(made('ENOSPC').message).toBe(sync.message);
  });

  test('the form of errors at opening a file: a real ENOENT with our code', async () => {
    const path = join(tmpdir(), 'chaosx-is-not-there', 'x');
    const real = await caught(() => promises.open(path));
    const ours = made('EMFILE', [path]);
    expect(Object.keys(ours)).toEqual(Object.keys(real));
    expect(ours.message).toBe(
      real.message.replace('ENOENT: no such file or directory', 'EMFILE: too many open files'),
    );
    expect(ours).toMatchObject({ syscall: 'open', path });
  });

  test('the form of errors of a look-up', async () => {
    const real = await caught(() => lookup(badHost));
    const ours = made((real as NodeJS.ErrnoException).code ?? '');
    expect(['ENOTFOUND', 'EAI_AGAIN']).toContain((real as NodeJS.ErrnoException).code);
    expect(shape(ours)).toEqual(shape(real));
  });

  test('AbortError and TimeoutError: the reasons of signals', async () => {
    const timeout = AbortSignal.timeout(1);
    await once(timeout, 'abort');
    expect(shape(made('AbortError'))).toEqual(shape(AbortSignal.abort().reason));
    expect(shape(made('TimeoutError'))).toEqual(shape(timeout.reason));
  });

  test.each(systemErrorCodes)('%s has the number that the platform knows by that name', (code) => {
    const error = made(code) as NodeJS.ErrnoException;
    // What c-ares says has none (test/name-calls.test.ts).
    if (error.syscall?.startsWith('query') === true) {
      expect(error).toMatchObject({ code, errno: undefined });
      return;
    }
    const libuvName = code === 'ENOTFOUND' ? 'EAI_NONAME' : code;
    expect(error.errno).toBeLessThan(0);
    expect(getSystemErrorName(error.errno as number)).toBe(libuvName);
    expect(isInjected(error)).toBe(true);
  });
});
