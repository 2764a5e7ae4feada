import type { ByteSource } from './byte-source.js';
import type { Framing } from './framing.js';

/**
 * A piece of a body. All bytes of all pieces, one after the other, are the body as it came. The last one is an `end`
 * (for a chunked body the last chunk with the trailers); without it, the body was cut
 * or is not what it says it is.
 */
export interface BodyPart {
  readonly kind: 'framing' | 'payload' | 'end';
  readonly bytes: Buffer;
}

const nothing = Buffer.alloc(0);
const maxLineBytes = 65_536;

/** Takes a body, and no byte behind it. */
export async function* readBody(source: ByteSource, framing: Framing): AsyncGenerator<BodyPart, void> {
  switch (framing.kind) {
    case 'none':
      break;
    case 'length':
      if (!(yield* payload(source, framing.bytes))) return;
      break;
    case 'until-close':
      yield* payload(source, Number.POSITIVE_INFINITY);
      break;
    case 'chunked':
      yield* chunks(source);
      return;
  }
  yield { kind: 'end', bytes: nothing };
}

/** @returns whether all of it came */
async function* payload(source: ByteSource, bytes: number): AsyncGenerator<BodyPart, boolean> {
  for (let missing = bytes; missing > 0; ) {
    if (!(await source.any())) return false;
    const piece = source.take(missing);
    missing -= piece.length;
    yield { kind: 'payload', bytes: piece };
  }
  return true;
}

async function* chunks(source: ByteSource): AsyncGenerator<BodyPart, void> {
  for (;;) {
    const line = await readLine(source);
    const size = /^[0-9a-f]{1,12}(?=[ \t\r\n;])/i.exec(line.toString('latin1'))?.[0];
    if (size === undefined) {
      // Not what it says it is.
      yield { kind: 'framing', bytes: line };
      return;
    }
    const bytes = Number.parseInt(size, 16);
    if (bytes === 0) {
      yield* trailers(source, line);
      return;
    }
    yield { kind: 'framing', bytes: line };
    if (!(yield* payload(source, bytes))) return;
    const end = await readLine(source);
    yield { kind: 'framing', bytes: end };
    if (!isBlank(end)) return;
  }
}

async function* trailers(source: ByteSource, lastChunk: Buffer): AsyncGenerator<BodyPart, void> {
  const lines = [lastChunk];
  for (;;) {
    const line = await readLine(source);
    lines.push(line);
    const isWhole = line.at(-1) === 0x0a;
    if (!isWhole || isBlank(line)) {
      yield { kind: isWhole ? 'end' : 'framing', bytes: Buffer.concat(lines) };
      return;
    }
  }
}

/** Up to the line end; less at the end of the stream. */
async function readLine(source: ByteSource): Promise<Buffer> {
  for (;;) {
    const at = source.held.indexOf(0x0a);
    if (at >= 0) return source.take(at + 1);
    if (source.held.length > maxLineBytes || !(await source.more())) return source.take(source.held.length);
  }
}

function isBlank(line: Buffer): boolean {
  return line.length <= 2 && line.at(-1) === 0x0a;
}
