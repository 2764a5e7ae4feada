import { z } from 'zod';
import { failingSyscalls, syscallErrors } from '../model/failing-syscall.js';
import type { SyscallErrorParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { defineScenario } from './scenario-definition.js';

const expectedSyscalls = 'one or several system calls, each once';
const expectedEvery = 'a whole number from 1 to 1000000';

/** The kernel says no. */
export const syscallError = defineScenario({
  type: 'SYSCALL_ERROR',
  id: 'syscall_error',
  severity: 4,
  description: 'The kernel says no: system calls of the process fail, as those of a broken disk do.',
  effect:
    'Fails chosen system calls of any program, by strace, which is attached to its processes for that time.',
  symptoms:
    'Data that was told to be safe and is not, programs that end at an error that they never saw before.',
  defaults: { syscalls: ['fsync', 'fdatasync'], error: 'EIO', every: 1 },
  example: { syscalls: ['connect'], error: 'ECONNREFUSED', every: 2 },
  parameters: matching<SyscallErrorParameters>()(
    z.strictObject({
      syscalls: z
        .array(z.enum(failingSyscalls))
        .min(1, { error: expectedSyscalls })
        .refine((names) => new Set(names).size === names.length, { error: expectedSyscalls })
        .describe(`Which system calls fail, of ${failingSyscalls.join(', ')}.`),
      error: z.enum(syscallErrors).describe(`What they fail with: ${syscallErrors.join(', ')}.`),
      every: z
        .number({ error: expectedEvery })
        .int({ error: expectedEvery })
        .min(1, { error: expectedEvery })
        .max(1_000_000, { error: expectedEvery })
        .describe('Every n-th of these calls fails, counted in each thread.'),
    }),
  ),
});
