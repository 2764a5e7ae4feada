import { z } from 'zod';
import type { ProcessIdentity, Receipt } from '../receipt.js';
import { matching } from './matching.js';

const processIdentitySchema = matching<ProcessIdentity>()(
  z.strictObject({ pid: z.int().positive(), startTime: z.string() }),
);

const facts = { id: z.string(), runId: z.string(), bootId: z.string(), expiresAt: z.number() };

/** Receipts as events hold them: a closed union, so that nothing else is ever acted upon. */
export const receiptSchema = matching<Receipt>()(
  z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('patch'),
      ...facts,
      process: processIdentitySchema,
      sites: z.array(z.string()),
    }),
    z.strictObject({
      kind: z.literal('toxic'),
      ...facts,
      controlPath: z.string(),
      toxicId: z.string(),
      routes: z.array(z.string()),
    }),
    z.strictObject({
      kind: z.literal('proxy'),
      ...facts,
      directory: z.string(),
      process: processIdentitySchema.exactOptional(),
    }),
    z.strictObject({
      kind: z.literal('front'),
      ...facts,
      directory: z.string(),
      process: processIdentitySchema.exactOptional(),
    }),
    z.strictObject({
      kind: z.literal('agent'),
      ...facts,
      process: processIdentitySchema,
      directory: z.string(),
      faultId: z.string(),
    }),
    z.strictObject({ kind: z.literal('attach'), ...facts, process: processIdentitySchema }),
    z.strictObject({ kind: z.literal('agent-directory'), ...facts, directory: z.string() }),
    z.strictObject({
      kind: z.literal('started-process'),
      ...facts,
      program: z.string(),
      process: processIdentitySchema.exactOptional(),
    }),
    z.strictObject({ kind: z.literal('nft-table'), ...facts, table: z.string(), netns: z.string() }),
    z.strictObject({ kind: z.literal('traffic-class'), ...facts, table: z.string(), netns: z.string() }),
    z.strictObject({
      kind: z.literal('paused-processes'),
      ...facts,
      process: processIdentitySchema,
      processes: z.array(processIdentitySchema).exactOptional(),
    }),
    z.strictObject({ kind: z.literal('target-network'), ...facts, name: z.string(), link: z.string() }),
    z.strictObject({
      kind: z.literal('file-limits'),
      ...facts,
      process: processIdentitySchema,
      limits: z
        .array(
          z.strictObject({
            pid: z.int().positive(),
            startTime: z.string(),
            before: z.string(),
            during: z.string(),
          }),
        )
        .exactOptional(),
    }),
    z.strictObject({ kind: z.literal('helper'), ...facts, program: z.string() }),
    z.strictObject({ kind: z.literal('clock-directory'), ...facts, directory: z.string() }),
    z.strictObject({
      kind: z.literal('faked-clock'),
      ...facts,
      process: processIdentitySchema,
      directory: z.string(),
    }),
    z.strictObject({
      kind: z.literal('cgroup'),
      ...facts,
      process: processIdentitySchema,
      parent: z.string(),
      name: z.string(),
      home: z.string(),
      enabled: z.array(z.string()).exactOptional(),
      others: z
        .array(z.strictObject({ pid: z.int().positive(), startTime: z.string(), from: z.string() }))
        .exactOptional(),
    }),
    z.strictObject({
      kind: z.literal('disk-file'),
      ...facts,
      directory: z.string(),
      name: z.string(),
      device: z.string().exactOptional(),
      inode: z.string().exactOptional(),
    }),
  ]),
);
