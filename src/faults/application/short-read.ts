import { shortReadEffect } from '../../interpose/short-read-effect.js';
import { callFault } from './call-fault.js';
import { callFaultInAgent } from './call-fault-in-agent.js';
import type { CallFaultKind } from './call-fault-kind.js';
import { describeSelection } from './describe-selection.js';

/** Reads of files give less than they were asked for. */
const kind: CallFaultKind<'SHORT_READ'> = {
  type: 'SHORT_READ',
  onPlatform: true,
  onComponents: false,
  effect: ({ mode }) => shortReadEffect(mode),
  remote: ({ mode }) => ({ kind: 'short-read', mode }),
  measure: ({ felt, matched }, parameters) => ({
    quantity: 'matching reads whose caller got less than the file holds',
    unit: '%',
    baseline: 0,
    during: matched === 0 ? null : (100 * felt) / matched,
    expected: describeSelection(parameters),
  }),
};

/** Of this process. */
export const shortRead = callFault(kind);

/** Inside a Node process that chaosx starts or attaches to. */
export const shortReadInAgent = callFaultInAgent(kind);
