import { shortReadEffect } from '../../interpose/short-read-effect.js';
import { callFault } from './call-fault.js';
import { describeSelection } from './describe-selection.js';

/** Reads of files by this process give less than they were asked for. */
export const shortRead = callFault({
  type: 'SHORT_READ',
  onPlatform: ({ shorten }, { mode }) => shorten?.[mode] !== undefined,
  onComponents: false,
  effect: ({ mode }) => shortReadEffect(mode),
  // Only reads that gave less because of it are told of.
  isFelt: ({ ended }) => ended === 'returned',
  measure: ({ felt, matched }, parameters) => ({
    quantity: 'matching reads whose caller got less than the file holds',
    unit: '%',
    baseline: 0,
    during: matched === 0 ? null : (100 * felt) / matched,
    expected: describeSelection(parameters),
  }),
});
