import { positions } from './positions.js';
import type { TextEdit } from './text-edit.js';

/**
 * The mappings of a source map for a text into whose lines something was inserted; null where nothing that they name moves.
 *
 * @param inserted - each within a line
 */
export function shiftedMappings(
  mappings: string,
  source: string,
  inserted: readonly TextEdit[],
): string | null {
  const positionOf = positions(source);
  const byLine = new Map<number, { column: number; length: number }[]>();
  for (const { start, text } of inserted) {
    const { line, column } = positionOf(start);
    const ofLine = byLine.get(line) ?? [];
    byLine.set(line, [...ofLine, { column, length: text.length }]);
  }
  const lines = mappings.split(';');
  let moved = false;
  for (const [line, insertions] of byLine) {
    const old = lines[line] ?? '';
    // Only the first number of each segment, its column from that of the one before, is of this text.
    let [column, shown] = [0, 0];
    const segments = old.split(',').map((segment) => {
      if (segment === '') return segment;
      const [delta, rest] = readNumber(segment);
      column += delta;
      const at = column;
      const now = insertions.reduce((sum, one) => (one.column <= at ? sum + one.length : sum), at);
      const written = `${writeNumber(now - shown)}${rest}`;
      shown = now;
      return written;
    });
    lines[line] = segments.join();
    moved ||= lines[line] !== old;
  }
  return moved ? lines.join(';') : null;
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A number in base 64, five bits a digit, the lowest first, the sign in the lowest of all. */
function readNumber(text: string): readonly [number, string] {
  let [value, length] = [0, 0];
  for (let more = true; more; length += 1) {
    const digit = digits.indexOf(text[length] ?? 'A');
    value += (digit & 31) * 32 ** length;
    more = digit >= 32;
  }
  const size = Math.floor(value / 2);
  return [value % 2 === 1 ? -size : size, text.slice(length)];
}

function writeNumber(value: number): string {
  let left = Math.abs(value) * 2 + (value < 0 ? 1 : 0);
  let text = '';
  do {
    const digit = left % 32;
    left = Math.floor(left / 32);
    text += digits[left > 0 ? digit + 32 : digit] ?? '';
  } while (left > 0);
  return text;
}
