import type { ByteSink } from './byte-sink.js';
import type { Framing } from './framing.js';
import type { RequestHead, ResponseHead } from './head.js';
import { PayloadReader } from './payload-reader.js';
import type { Changes } from './plan.js';
import type { BodyPart } from './read-body.js';
import { type Cut, ShapedBody } from './shaped-body.js';

interface Message {
  readonly framing: Framing;
  readonly parts: AsyncIterable<BodyPart>;
}

export interface Request extends Message {
  readonly kind: 'request';
  readonly head: RequestHead;
}

export interface Answer extends Message {
  readonly kind: 'answer';
  readonly head: ResponseHead;
}

/** Where a message goes. */
export interface Outlet {
  readonly sink: ByteSink;
  readonly sleep: (delayMs: number) => Promise<void>;
  /** A body stays as it is though a rule fired. */
  readonly onSpared: (rule: string, why: string) => void;
}

/** How that side goes on: with the next message, without (`cut`: the body did not end as it should), or not at all. */
export type After = 'goes-on' | 'cut' | 'close' | 'reset';

/** Passes a message on with what is to be changed; without faults, byte by byte as it came. */
export async function relayMessage(
  message: Request | Answer,
  changes: Changes,
  outlet: Outlet,
): Promise<After> {
  const { kind, head, framing, parts } = message;
  for (const edits of changes.edits) head.edit(edits);
  if (framing.kind === 'none') {
    for (const { rule } of changes.shaping) outlet.onSpared(rule, `the ${kind} has no body`);
  }
  if (framing.kind === 'none' || (changes.shaping.length === 0 && changes.pacing.length === 0)) {
    await outlet.sink.write(head.toBuffer());
    return await relayAsItCame(parts, outlet.sink);
  }
  const payload = new PayloadReader(parts);
  const body = new ShapedBody(
    payload,
    framing.kind === 'length' ? framing.bytes : null,
    !head.lists('expect', '100-continue'),
  );
  const encodings = head.values('content-encoding');
  for (const fired of changes.shaping) {
    const spared = await body.shape(fired, encodings);
    if (spared !== null) outlet.onSpared(fired.rule, spared);
  }
  if (framing.kind === 'length') announceLength(head, body, framing.bytes);
  await outlet.sink.write(head.toBuffer());
  const isChunked = framing.kind === 'chunked';
  const cut = await writeBody(body, isChunked, changes.pacing, outlet);
  if (cut !== null) return cut;
  if (payload.end === null) return 'cut';
  await outlet.sink.write(payload.end.bytes);
  return 'goes-on';
}

async function relayAsItCame(parts: AsyncIterable<BodyPart>, sink: ByteSink): Promise<After> {
  let isWhole = false;
  for await (const { kind, bytes } of parts) {
    isWhole = kind === 'end';
    await sink.write(bytes);
  }
  return isWhole ? 'goes-on' : 'cut';
}

function announceLength(head: RequestHead | ResponseHead, { length, cut }: ShapedBody, before: number): void {
  const whole = length ?? before;
  const after = cut !== null && isUnnoticed(cut) ? Math.min(whole, cut.atBytes) : whole;
  if (after !== before) head.edit({ set: { 'Content-Length': String(after) } });
}

/** @returns how the connection ends, when the body was cut and somebody is to notice; else null */
async function writeBody(
  body: ShapedBody,
  isChunked: boolean,
  pacing: Changes['pacing'],
  outlet: Outlet,
): Promise<After | null> {
  const { cut } = body;
  const writePiece = pieceWriter(isChunked, pacing, outlet);
  const isSilent = cut !== null && isUnnoticed(cut);
  let left = cut?.atBytes ?? Number.POSITIVE_INFINITY;
  for (;;) {
    // An abort is due whether or not there is more.
    if (cut?.fault.type === 'abort' && left === 0) return endOf(cut);
    const bytes = await body.next();
    if (bytes === null) {
      if (cut !== null && !isSilent) outlet.onSpared(cut.rule, 'it is not longer than what was to be left');
      return null;
    }
    const kept = bytes.subarray(0, left);
    await writePiece(kept);
    left -= kept.length;
    if (cut !== null && !isSilent && kept.length < bytes.length) return endOf(cut);
  }
}

function pieceWriter(isChunked: boolean, pacing: Changes['pacing'], { sink, sleep }: Outlet) {
  const pieceBytes = Math.min(...pacing.map((each) => each.pieceBytes));
  let pieces = 0;
  return async (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const piece = bytes.subarray(at, at + pieceBytes);
      pieces += 1;
      const waitMs = pacing.reduce((sum, { delayMs }) => sum + delayMs(pieces), 0);
      if (waitMs > 0) await sleep(waitMs);
      if (isChunked) await sink.write(Buffer.from(`${piece.length.toString(16)}\r\n`));
      await sink.write(piece);
      if (isChunked) await sink.write(Buffer.from('\r\n'));
    }
  };
}

function endOf({ fault }: Cut): After {
  return fault.type === 'abort' && fault.how !== 'close' ? 'reset' : 'close';
}

function isUnnoticed({ fault }: Cut): boolean {
  return fault.type === 'truncate' && fault.length === 'fix';
}
