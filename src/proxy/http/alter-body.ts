import { contentCoding } from './content-coding.js';
import type { AlterFault } from './http-rule.js';
import { jsonPath, withValueAt } from './json-value.js';

const mostDecodedBytes = 67_108_864;

/**
 * A whole body as a fault makes it, in the coding that it had.
 *
 * @param encodings - the values of its Content-Encoding headers
 * @returns why not, as the end of a sentence, when it stays as it is
 */
export function alterBody(
  bytes: Buffer,
  fault: AlterFault,
  encodings: readonly string[],
): { readonly altered: Buffer } | { readonly unaltered: string } {
  const coding = contentCoding(encodings);
  if (coding === undefined) return { unaltered: `its Content-Encoding is ${encodings.join(', ')}` };
  if (fault.body !== undefined) return { altered: coding.encode(Buffer.from(fault.body)) };
  let decoded: Buffer;
  try {
    decoded = coding.decode(bytes, mostDecodedBytes);
  } catch (error) {
    return { unaltered: `it cannot be decoded: ${(error as Error).message}` };
  }
  const altered = fault.text === undefined ? setJson(decoded, fault) : replaceText(decoded, fault.text);
  return Buffer.isBuffer(altered) ? { altered: coding.encode(altered) } : { unaltered: altered };
}

/** In latin1, so that the bytes around stay what they are, whatever they are. */
function replaceText(bytes: Buffer, { find, replace }: NonNullable<AlterFault['text']>): Buffer | string {
  const wanted = Buffer.from(find).toString('latin1');
  const before = bytes.toString('latin1');
  if (!before.includes(wanted)) return `${JSON.stringify(find)} is not in it`;
  return Buffer.from(
    before.replaceAll(wanted, () => Buffer.from(replace).toString('latin1')),
    'latin1',
  );
}

function setJson(bytes: Buffer, { json }: AlterFault): Buffer | string {
  if (json === undefined) return 'nothing is to be altered';
  let before: unknown;
  try {
    before = JSON.parse(bytes.toString('utf8'));
  } catch {
    return 'it is not JSON';
  }
  const after = withValueAt(before, jsonPath(json.path) ?? [], json.value);
  return after === undefined ? `there is no ${json.path} in it` : Buffer.from(JSON.stringify(after));
}
