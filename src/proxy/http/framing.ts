import type { RequestHead, ResponseHead } from './head.js';

/** How the end of a body is told. */
export type Framing =
  | { readonly kind: 'none' | 'chunked' | 'until-close' }
  | { readonly kind: 'length'; readonly bytes: number };

/** @returns null when it cannot be told, as with two lengths */
export function requestFraming(head: RequestHead): Framing | null {
  const codings = codingsOf(head);
  if (codings.length > 0) return codings.at(-1) === 'chunked' ? { kind: 'chunked' } : null;
  return head.values('content-length').length === 0 ? { kind: 'none' } : lengthOf(head);
}

/** @param method - of the request that it answers */
export function responseFraming(head: ResponseHead, method: string): Framing {
  const { status } = head;
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return { kind: 'none' };
  const codings = codingsOf(head);
  if (codings.length > 0) return { kind: codings.at(-1) === 'chunked' ? 'chunked' : 'until-close' };
  return lengthOf(head) ?? { kind: 'until-close' };
}

function codingsOf(head: RequestHead | ResponseHead): readonly string[] {
  return head
    .values('transfer-encoding')
    .flatMap((value) => value.split(','))
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '');
}

function lengthOf(head: RequestHead | ResponseHead): Framing | null {
  const lengths = new Set(head.values('content-length').flatMap((value) => value.split(/\s*,\s*/)));
  const [length = ''] = lengths;
  if (lengths.size !== 1 || !/^\d{1,15}$/.test(length)) return null;
  return { kind: 'length', bytes: Number(length) };
}
