import type { Corruption } from './choose-corruption.js';
import { shortText } from './short-text.js';

/** What the journal says of one corruption: `scale at answer.total: 42 → 420`. */
export function corruptionText(
  { operator, after }: Corruption,
  { path, value }: { readonly path: string; readonly value: unknown },
): string {
  return `${operator} at ${path}: ${shortText(value, path)} → ${shortText(after, path)}`;
}
