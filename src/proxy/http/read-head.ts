import type { ByteSource } from './byte-source.js';

/** A longer head passes, but no rule looks at it. */
const maxHeadBytes = 262_144;
/** As much of a first line is looked at while it is not whole. */
const maxStart = 4_096;
const headEnd = /\n\r?\n/;

/**
 * Takes all lines up to the first empty one. Empty lines before them are taken alone, as a head without a first line.
 *
 * @param mayBegin - whether a first line may begin so: what is no HTTP might never have an empty line
 * @returns null at the end of the stream, for what is too long and what is no head; the bytes stay in the source
 */
export async function readHead(
  source: ByteSource,
  mayBegin: (start: string) => boolean,
): Promise<Buffer | null> {
  let looked = 0;
  for (;;) {
    const { held } = source;
    const blank = /^(?:\r?\n)+/.exec(held.toString('latin1', 0, 64))?.[0].length ?? 0;
    if (blank > 0) return source.take(blank);
    const end = headEnd.exec(held.toString('latin1', looked, maxHeadBytes));
    if (end !== null) return source.take(looked + end.index + end[0].length);
    if (held.length >= maxHeadBytes) return null;
    if (!mayBegin(held.toString('latin1', 0, maxStart).replace(/\n[^]*/, '\n'))) return null;
    looked = Math.max(0, held.length - 2);
    if (!(await source.more())) return null;
  }
}
