import { z } from 'zod';
import type { HttpErrorParameters } from '../model/scenario-parameters.js';
import { matching } from '../model/schema/matching.js';
import { platformSelectionShape } from './call-selection-shape.js';
import { defineScenario } from './scenario-definition.js';

const framing = ['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'trailer', 'upgrade'];
const named = (name: string) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !framing.includes(name.toLowerCase());

/** HTTP requests get another answer. */
export const httpError = defineScenario({
  type: 'HTTP_ERROR',
  id: 'http_error',
  severity: 3,
  description: 'HTTP requests get an error for an answer: one in ten, 503.',
  effect:
    'Answers fetch and http(s).request with a status, headers and body, with or without asking the server; or breaks the answer off.',
  symptoms:
    'Errors that reach users, retries at once although the answer says when, work done twice, half an answer taken for a whole one.',
  defaults: { injectionRate: 0.1, statuses: [503], body: '', headers: {}, moment: 'before' },
  example: { statuses: [429, 503], headers: { 'retry-after': '2' }, hosts: ['*.internal'] },
  parameters: matching<HttpErrorParameters>()(
    z.strictObject({
      statuses: z
        .array(z.int({ error: 'a status from 200 to 599' }).min(200).max(599))
        .min(1)
        .describe('Statuses of the answer; one of them is drawn for each call.'),
      body: z
        .union([z.string(), z.record(z.string(), z.unknown())], { error: 'text, or an object for JSON' })
        .describe('What the answer says: text, or an object that is sent as JSON.'),
      headers: z
        .record(
          z.string().refine(named, {
            error: 'the name of a header; those that frame the body follow from it',
          }),
          z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, { error: 'the value of a header, on one line' }),
        )
        .describe('Headers of the answer, beside date, length and type of its body.'),
      moment: z
        .enum(['before', 'after'])
        .describe('before: the server is never asked. after: it does its work, and its answer is replaced.'),
      abort: z
        .strictObject({
          afterBytes: z
            .int({ error: 'a number of bytes of at least 0' })
            .min(0)
            .describe('So many bytes of the body arrive.'),
        })
        .exactOptional()
        .describe('The connection is reset in the middle of the body. Default: the answer is complete.'),
      ...platformSelectionShape,
    }),
  ),
  inFiles: { when: null },
  rule: ({ statuses, abort }) => {
    const bare = Array.isArray(statuses) ? statuses.find((status) => isBare(status)) : undefined;
    return abort === undefined || bare === undefined
      ? undefined
      : {
          path: ['statuses'],
          message: `expected statuses whose answers have a body, because of abort, got ${String(bare)}`,
          hint: 'there is nothing to break off in an answer without a body; use 200, say',
        };
  },
});

function isBare(status: unknown): boolean {
  return status === 204 || status === 205 || status === 304;
}
