import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { timeoutSignal } from './timeout-signal.js';

test('aborts what is made of it by `any`, however often memory is collected', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const never = new AbortController().signal;
  const aborted = new Promise((resolve) => {
    const both = AbortSignal.any([never, AbortSignal.any([never, timeoutSignal(100)])]);
    both.addEventListener('abort', () => resolve((both.reason as Error).name), { once: true });
  });
  const collecting = setInterval(collect, 10);
  expect(await aborted).toBe('TimeoutError');
  clearInterval(collecting);
});
