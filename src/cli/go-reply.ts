import type { GoAnswer, GoDecision } from '../campaign/go-question.js';

const words: Readonly<Record<string, GoDecision>> = {
  go: 'go',
  g: 'go',
  yes: 'go',
  y: 'go',
  'no-go': 'no-go',
  nogo: 'no-go',
  'no go': 'no-go',
  no: 'no-go',
  n: 'no-go',
  skip: 'no-go',
  stop: 'stop',
  'stop the day': 'stop',
};

/**
 * What a typed line decides; null: it decides nothing, so it is a note.
 *
 * @example
 * ```ts
 * goReply('no-go: the team is at lunch'); // { decision: 'no-go', why: 'the team is at lunch' }
 * goReply('no errors so far'); // null
 * ```
 */
export function goReply(line: string): GoAnswer | null {
  const [, word = '', why = ''] = /^([a-z- ]+?)\s*(?:[:,]\s*(.*))?$/i.exec(line.trim()) ?? [];
  const decision = words[word.toLowerCase()];
  if (decision === undefined) return null;
  return why === '' ? { decision } : { decision, why };
}
