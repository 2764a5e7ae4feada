import { z } from 'zod';
import type { DependencySpec, OwnNetworkSpec, ReadySpec, StartSpec } from '../experiment.js';
import { addressSchema, httpUrlSchema } from './address-schema.js';
import { commandSchema, mustSplit } from './command-schema.js';
import { limitedDurationSchema } from './duration-schema.js';
import { matching } from './matching.js';
import { exactlyOneKey, oneKeyRule } from './one-key.js';
import { type RuleBroken, withRule } from './rule.js';
import { nameSchema, textSchema } from './text-schema.js';

/** The name of an environment variable. */
export const variableSchema = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'the name of an environment variable' });

const readySchema = matching<ReadySpec>()(
  withRule(
    z.strictObject({
      http: httpUrlSchema.optional().describe('A URL that answers with 2xx once the target is ready.'),
      tcp: addressSchema
        .optional()
        .describe('An address, host:port, that accepts connections once it is ready.'),
      within: limitedDurationSchema.optional().describe('How long it may take. Default 10s.'),
    }),
    (ready) => oneKeyRule(ready, ['http', 'tcp']),
  ),
);

/** Where a target finds a dependency. */
export const dependencySchema = matching<DependencySpec>()(
  z.xor(
    [
      z.strictObject({
        env: variableSchema.describe('The variable that holds its address; chaosx rewrites it to its proxy.'),
      }),
      z.strictObject({
        address: addressSchema.describe('Where it really listens, host:port.'),
        listen: addressSchema.describe('Where the target connects to, host:port: the proxy listens there.'),
      }),
    ],
    { error: exactlyOneKey(['env', 'address']) },
  ),
);

const port = 'a port from 1 to 65535';

const ownNetworkSchema = matching<OwnNetworkSpec>()(
  z.strictObject({
    publish: z
      .array(z.int({ error: port }).min(1, { error: port }).max(65_535, { error: port }))
      .describe('Ports of the target that are reached at 127.0.0.1 of this machine as well.'),
  }),
);

const startSpecShape = z.strictObject(
  {
    name: nameSchema.describe('What the target is called in messages and reports.'),
    start: commandSchema.describe(
      'How it is started: a list of arguments, or text that is split without a shell.',
    ),
    shell: z.boolean().optional().describe('Runs `start` through /bin/sh -c. Default false.'),
    cwd: textSchema
      .optional()
      .describe("The folder it runs in, seen from the file's. Default: the file's folder."),
    env: z
      .record(variableSchema, z.string())
      .optional()
      .describe("Environment variables, added to chaosx's own."),
    ready: readySchema.optional().describe('How its readiness is seen. Default: alive for 200 ms.'),
    dependencies: z
      .record(nameSchema, dependencySchema)
      .optional()
      .describe('What it talks to, by name: targetComponents of network scenarios.'),
    ownNetwork: ownNetworkSchema
      .optional()
      .describe(
        'Starts it in a network namespace of its own, where rules of the kernel break its network. Needs root.',
      ),
  },
  {
    error: ({ code }) =>
      code === 'invalid_type' ? 'how to start it, such as { name: shop, start: node server.mjs }' : undefined,
  },
);

/** A process that chaosx starts, its readiness and its dependencies. */
export const startSpecSchema = matching<StartSpec>()(
  withRule(startSpecShape, ({ start, shell }) => {
    if (shell !== true) return atStart(mustSplit(start));
    if (!Array.isArray(start)) return undefined;
    return atStart({ message: 'expected text, because of `shell: true`, got a list of arguments' });
  }),
);

function atStart(broken: RuleBroken | undefined): RuleBroken | undefined {
  return broken === undefined ? undefined : { ...broken, path: ['start'] };
}
