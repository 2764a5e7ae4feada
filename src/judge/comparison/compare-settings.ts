import { ChaosError } from '../../model/chaos-error.js';
import { comparedNames, type Margins, type Side } from '../../model/comparison.js';

/** One side as it was asked for. */
export interface SideSettings {
  readonly label: string;
  /** The full hash of its commit; null when it is no revision. */
  readonly commit: string | null;
}

/** What a comparison was asked for, as its `campaign-started` event has it. */
export interface CompareSettings {
  readonly base: SideSettings;
  readonly head: SideSettings;
  readonly margins: Margins;
  /** By the number of their round. */
  readonly order: readonly Side[];
  /** Why there is nothing to compare: both sides are the same; null: they differ. */
  readonly same: string | null;
  readonly notes: readonly string[];
}

/**
 * The settings in an event.
 *
 * @throws ChaosError INVALID_INPUT when they are not those of a comparison
 */
export function compareSettingsOf(settings: Readonly<Record<string, unknown>>): CompareSettings {
  const { base, head, margins, order, same, notes } = settings;
  if (
    isSide(base) &&
    isSide(head) &&
    isMargins(margins) &&
    Array.isArray(order) &&
    order.every((side) => side === 'base' || side === 'head') &&
    (same === null || typeof same === 'string') &&
    Array.isArray(notes)
  )
    return { base, head, margins, order, same, notes: notes.map(String) };
  throw new ChaosError('INVALID_INPUT', 'expected base, head, margins and order in campaign-started', {
    hint: 'give the campaign.jsonl of a comparison',
  });
}

function isSide(value: unknown): value is SideSettings {
  if (typeof value !== 'object' || value === null) return false;
  const given = new Map<string, unknown>(Object.entries(value));
  const commit = given.get('commit');
  return typeof given.get('label') === 'string' && (commit === null || typeof commit === 'string');
}

function isMargins(value: unknown): value is Margins {
  if (typeof value !== 'object' || value === null) return false;
  const given = new Map<string, unknown>(Object.entries(value));
  return comparedNames.every((name) => {
    const margin = given.get(name);
    if (typeof margin !== 'object' || margin === null) return false;
    const parts = new Map<string, unknown>(Object.entries(margin));
    return ['share', 'floor'].every((part) => typeof parts.get(part) === 'number');
  });
}
