import { httpErrorEffect } from '../../interpose/http-error-effect.js';
import { callFault } from './call-fault.js';
import { callFaultInAgent } from './call-fault-in-agent.js';
import type { CallFaultKind } from './call-fault-kind.js';
import { describeSelection } from './describe-selection.js';

/** HTTP requests get an answer of ours. */
const kind: CallFaultKind<'HTTP_ERROR'> = {
  type: 'HTTP_ERROR',
  onPlatform: true,
  onComponents: false,
  effect: (parameters) => httpErrorEffect(parameters),
  remote: ({ statuses, headers, body, moment, abort }) => ({
    kind: 'http-answer',
    statuses,
    headers,
    body,
    moment,
    ...(abort && { abort }),
  }),
  measure: ({ felt, matched }, parameters) => ({
    quantity: 'matching requests whose caller got the injected answer',
    unit: '%',
    baseline: 0,
    during: matched === 0 ? null : (100 * felt) / matched,
    expected: describeSelection(parameters),
  }),
};

/** Of this process. */
export const httpError = callFault(kind);

/** Inside a Node process that chaosx starts or attaches to. */
export const httpErrorInAgent = callFaultInAgent(kind);
