import type { CleanExit } from '../model/results.js';

/** What was looked at for the clean-exit check, in one line; with numbers where something was there before. */
export function lookedAtText({ checked, compared }: CleanExit): string {
  if (compared === undefined) return `looked at: ${checked.join(', ')}`;
  const kinds = compared.map(({ what, before, after }) =>
    before + after === 0 ? what : `${what} (${before} before, ${after} after)`,
  );
  return `looked at before and after the run: ${kinds.join(', ')}`;
}
