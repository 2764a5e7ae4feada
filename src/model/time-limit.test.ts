import { expect, test } from 'vitest';
import { timeLimit } from './time-limit.js';

test('aborts after its time', async () => {
  using limit = timeLimit(20);
  await expect.poll(() => limit.signal.aborted).toBe(true);
  expect(limit.signal.reason).toMatchObject({ name: 'TimeoutError', message: 'not done within 20 ms' });
});

test('never aborts once it is disposed', async () => {
  const limit = timeLimit(20);
  limit[Symbol.dispose]();
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(limit.signal.aborted).toBe(false);
});
