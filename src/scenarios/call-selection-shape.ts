import { z } from 'zod';
import { toMs } from '../model/duration.js';
import type { CallSelection, PlatformCallSelection } from '../model/scenario-parameters.js';
import { durationSchema } from '../model/schema/duration-schema.js';
import { matching } from '../model/schema/matching.js';
import { countSchema, shareSchema } from '../model/schema/number-schema.js';
import { peerPatternSchema } from '../model/schema/peer-pattern-schema.js';
import { withRule } from '../model/schema/rule.js';
import { textSchema } from '../model/schema/text-schema.js';

const windowSchema = withRule(
  z.strictObject({
    from: durationSchema.describe('Begin, counted from injection.'),
    to: durationSchema.describe('End, counted from injection.'),
  }),
  ({ from, to }) =>
    durationSchema.safeParse(from).success && durationSchema.safeParse(to).success && toMs(from) >= toMs(to)
      ? { message: `expected a window that ends after it begins, got ${from} to ${to}` }
      : undefined,
);

/** Which calls an application fault acts on; shared by the scenarios that act on calls. */
export const callSelectionShape = {
  methods: z
    .array(textSchema)
    .min(1)
    .exactOptional()
    .describe('Patterns with * on component.method or on the method alone. Default: all methods.'),
  injectionRate: shareSchema.describe('Chance from 0 to 1 that a selected call is hit.'),
  everyNth: countSchema
    .exactOptional()
    .describe('Only every n-th matching call at a site; usually with injectionRate 1.'),
  firstN: countSchema
    .exactOptional()
    .describe('Only the first n matching calls at a site; usually with injectionRate 1.'),
  afterN: z
    .int({ error: 'a whole number of at least 0' })
    .min(0)
    .exactOptional()
    .describe('Only after n matching calls passed at a site.'),
  atMost: countSchema.exactOptional().describe('At most n hits in all, over every site.'),
  window: windowSchema.exactOptional().describe("Only in this part of the fault's active time."),
  scope: z
    .literal('tagged-requests')
    .exactOptional()
    .describe(
      "Only what is done for incoming HTTP requests that carry the run's tag in their baggage header.",
    ),
  when: z
    .custom<NonNullable<CallSelection['when']>>((value) => typeof value === 'function', {
      error: 'a function (args, call) => boolean; in the API only, a file holds no code',
    })
    .exactOptional()
    .describe('Only calls whose arguments satisfy it. In the API only.'),
};

matching<CallSelection>()(z.strictObject(callSelectionShape));

const patterns = z.array(textSchema).min(1);

/** The same for scenarios that act on calls of the platform too. */
export const platformSelectionShape = {
  ...callSelectionShape,
  hosts: z
    .array(peerPatternSchema)
    .min(1)
    .exactOptional()
    .describe(
      'Only calls of the network to these: host, host:port, an address or a network; names may hold *.',
    ),
  paths: patterns
    .exactOptional()
    .describe(
      'Only these paths: of URLs without the query, of files as given or from the root, of programs. Patterns with *.',
    ),
  httpMethods: z
    .array(z.string({ error: 'an HTTP method' }).regex(/^[A-Za-z]+$/, { error: 'an HTTP method' }))
    .min(1)
    .exactOptional()
    .describe('Only HTTP requests by these methods, e.g. POST.'),
};

matching<PlatformCallSelection>()(z.strictObject(platformSelectionShape));
