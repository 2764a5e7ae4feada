import { z } from 'zod';

/** Where a handler of errors stands. */
export const handlerPlaceFields = {
  file: z.string().describe("Below the target's folder."),
  line: z.int().min(1),
  column: z.int().min(1),
  kind: z.enum(['catch-block', 'rejection-handler', 'error-listener']),
};
