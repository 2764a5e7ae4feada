import { expect, test } from 'vitest';
import { unaskedScenarios } from './unasked-scenarios.js';

const names = (target: Parameters<typeof unaskedScenarios>[0]) =>
  unaskedScenarios(target).map(({ name }) => name);

test('what somebody else started is never ended unasked', () => {
  expect(names({ name: 'program', port: 6379 })).not.toContain('process_kill');
  expect(names({ name: 'program', port: 6379 })).not.toContain('syscall_error');
  expect(names({ name: 'program', port: 6379 })).toContain('process_pause');
});

test('what chaosx starts may be: it is started again', () => {
  expect(names({ name: 'program', start: 'node server.mjs' })).toContain('process_kill');
  expect(names(undefined)).toContain('process_kill');
});
