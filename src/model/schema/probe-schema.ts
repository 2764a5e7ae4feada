import { z } from 'zod';
import type {
  CommandProbeSpec,
  FunctionProbeSpec,
  HealthCheck,
  HttpExpectation,
  HttpProbeSpec,
  TcpProbeSpec,
} from '../probe.js';
import { addressSchema, httpUrlSchema } from './address-schema.js';
import { commandSchema, mustSplit } from './command-schema.js';
import { limitedDurationSchema } from './duration-schema.js';
import { matching } from './matching.js';
import { withRule } from './rule.js';
import { nameSchema, textSchema } from './text-schema.js';

const timing = {
  name: nameSchema.describe('What the probe is called in messages and reports; unique.'),
  every: limitedDurationSchema.optional().describe('Time between two asks. Default 1s.'),
  timeout: limitedDurationSchema.optional().describe('An answer after this long is a failure. Default 2s.'),
  retries: z
    .int({ error: 'a whole number from 0 to 100' })
    .min(0)
    .max(100)
    .optional()
    .describe('Further attempts at once after a failure, where a decision is at stake. Default 0.'),
};

const statusSchema = z.int().min(100).max(599);
const headersSchema = z.record(textSchema, z.string());

const httpExpectationSchema = matching<HttpExpectation>()(
  z.strictObject({
    status: z
      .xor([statusSchema, z.array(statusSchema).min(1)], {
        error: 'an HTTP status from 100 to 599, or a list of them',
      })
      .optional()
      .describe('The status, or several of which one must come. Default: any 2xx.'),
    body: textSchema.optional().describe('Text that the body must contain.'),
    json: z
      .strictObject({
        path: textSchema.describe('Where in the answer, e.g. $.items[0].price.'),
        equals: z.unknown().optional().describe('What must be there. Default: anything.'),
      })
      .optional()
      .describe('What a JSON answer must hold.'),
    headers: headersSchema.optional().describe('Header values that must come; names in any case.'),
    within: limitedDurationSchema.optional().describe('The answer must be complete within this time.'),
  }),
);

/** A request that must be answered well. */
export const httpProbeSchema = matching<HttpProbeSpec>()(
  z.strictObject({
    http: httpUrlSchema.describe('The URL that is asked.'),
    ...timing,
    method: z
      .string()
      .regex(/^[A-Z]+$/, { error: 'an HTTP method in capitals, such as POST' })
      .optional()
      .describe('Default GET.'),
    headers: headersSchema.optional().describe('Headers of the request.'),
    body: z.string().optional().describe('Body of the request.'),
    tagged: z
      .boolean()
      .optional()
      .describe("Sends the run's tag along, for faults with scope: tagged-requests. Default false."),
    expect: httpExpectationSchema.optional().describe('What a healthy answer looks like. Default: any 2xx.'),
  }),
);

/** An address that must accept connections. */
export const tcpProbeSchema = matching<TcpProbeSpec>()(
  z.strictObject({
    tcp: addressSchema.describe('host:port that must accept a connection.'),
    ...timing,
  }),
);

/** A command that must succeed. */
export const commandProbeSchema = matching<CommandProbeSpec>()(
  z.strictObject({
    command: withRule(commandSchema, mustSplit).describe(
      'The command: a list of arguments, or text that is split without a shell.',
    ),
    ...timing,
    expect: z
      .strictObject({
        exitCode: z
          .int({ error: 'an exit code from 0 to 255' })
          .min(0)
          .max(255)
          .optional()
          .describe('The exit code. Default 0.'),
        output: textSchema.optional().describe('Text that its output must contain.'),
      })
      .optional()
      .describe('What success looks like. Default: exit code 0.'),
  }),
);

/** A function of the API that must say that all is well. */
export const functionProbeSchema = matching<FunctionProbeSpec>()(
  z.strictObject({
    check: z.custom<HealthCheck>((value) => typeof value === 'function', { error: 'a function' }),
    ...timing,
  }),
);
