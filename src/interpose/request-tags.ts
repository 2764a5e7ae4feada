import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RequestTag } from '../model/request-tag.js';

/** Of this process: its runs sign with keys that follow from it, so a tag is worth nothing after it. */
const secret = randomBytes(32);

/** The tag of a run of this process. */
export function requestTag(run: string): RequestTag {
  return { run, key: createHmac('sha256', secret).update(run).digest('base64url') };
}

/**
 * The member of a `baggage` header by which requests are tagged for a run or an injection of this process: faults with
 * `scope: 'tagged-requests'` act on what is done for such requests.
 *
 * @param run - `injection.receipt.runId`
 */
export function taggedBaggage(run: string): string {
  const tag = requestTag(run);
  return `${member}=${run}.${signature(tag).toString('base64url')}`;
}

const member = 'chaosx';
const wellFormed = /^([\w-]{1,100})\.([\w-]{43})$/;
/** Longer headers than W3C's limit are not looked into. */
const longestBaggage = 8_192;

/** What a request's `baggage` says to a run; another run's tag says nothing. */
export type TagReading = 'none' | 'tagged' | 'malformed';

export function readTag(baggage: unknown, tag: RequestTag): TagReading {
  const text = Array.isArray(baggage) ? baggage.join(',') : baggage;
  if (typeof text !== 'string' || !text.includes(member)) return 'none';
  if (text.length > longestBaggage) return 'malformed';
  const readings = text.split(',').map((each) => readMember(each, tag));
  return readings.find((one) => one === 'tagged') ?? readings.find((one) => one === 'malformed') ?? 'none';
}

function readMember(text: string, tag: RequestTag): TagReading {
  const [pair = ''] = text.split(';');
  const [name = '', ...value] = pair.split('=');
  if (name.trim() !== member) return 'none';
  const [, run, signed] = wellFormed.exec(value.join('=').trim()) ?? [];
  if (run === undefined || signed === undefined) return 'malformed';
  if (run !== tag.run) return 'none';
  const [given, expected] = [Buffer.from(signed, 'base64url'), signature(tag)];
  return given.length === expected.length && timingSafeEqual(given, expected) ? 'tagged' : 'malformed';
}

function signature({ run, key }: RequestTag): Buffer {
  return createHmac('sha256', key).update(run).digest();
}
