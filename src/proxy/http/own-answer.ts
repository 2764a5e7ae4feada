import { STATUS_CODES } from 'node:http';
import type { RequestHead } from './head.js';
import { ResponseHead } from './head.js';
import type { StatusFault } from './http-rule.js';
import type { BodyPart } from './read-body.js';
import type { Answer } from './relay-message.js';

/** The answer that a fault gives in the place of the upstream's. */
export function ownAnswer(fault: StatusFault, request: RequestHead, isLast: boolean): Answer {
  const { status, reason = STATUS_CODES[status] ?? '', headers = {}, body = '' } = fault;
  const bytes = Buffer.from(body);
  const hasBody = status !== 204 && status !== 304;
  const lines = [
    `HTTP/1.1 ${status} ${reason}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(hasBody ? [`Content-Length: ${bytes.length}`] : []),
    ...(isLast ? ['Connection: close'] : []),
  ];
  const head = ResponseHead.parse(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
  if (head === null) throw new Error(`not a status line: ${lines[0] ?? ''}`);
  const isBare = !hasBody || request.method === 'HEAD';
  return {
    kind: 'answer',
    head,
    framing: isBare ? { kind: 'none' } : { kind: 'length', bytes: bytes.length },
    parts: partsOf(isBare ? Buffer.alloc(0) : bytes),
  };
}

// oxlint-disable-next-line typescript/require-await
async function* partsOf(bytes: Buffer): AsyncGenerator<BodyPart, void> {
  yield { kind: 'payload', bytes };
  yield { kind: 'end', bytes: Buffer.alloc(0) };
}
