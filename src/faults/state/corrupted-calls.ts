import { corruptEffect } from '../../interpose/corrupt-effect.js';
import { messageSiteNames } from '../../interpose/message-sites.js';
import type { StateCorruptionParameters } from '../../model/scenario-parameters.js';
import type { CallFaultKind } from '../application/call-fault-kind.js';
import { describeSelection } from '../application/describe-selection.js';

const messagesOfPlatform = messageSiteNames.join(', ');

/** What goes through calls is corrupted: answers, arguments, messages. */
export const corruptedCalls: CallFaultKind<'STATE_CORRUPTION'> = {
  type: 'STATE_CORRUPTION',
  onPlatform: true,
  nothingFound: `no component there emits events, and messages of the platform are named in \`methods\`: ${messagesOfPlatform}`,
  refuse({ name, parameters: { on }, targetComponents }, target) {
    if (on.includes('messages') || targetComponents.length > 0 || target.kind === 'objects') return null;
    return target.kind === 'this-process'
      ? `${name} on ${on.join(', ')} needs components: objects of this process (inProcessTarget)`
      : `${name} on ${on.join(', ')} acts on functions of the target's modules: name these in targetComponents, e.g. ["src/*.js"]`;
  },
  effect: (parameters) => corruptEffect(ofCalls(parameters)),
  remote: (parameters) => ({ kind: 'corrupt', ...ofCalls(parameters) }),
  measure: ({ felt, matched, standing = 0, changedSince = 0 }, parameters) => ({
    quantity: 'matching calls in which data was corrupted',
    unit: '%',
    baseline: null,
    during: matched === 0 ? null : (100 * felt) / matched,
    expected: `${describeSelection(parameters)}, in ${ofCalls(parameters).on.join(', ')}${placesText(standing, changedSince)}`,
  }),
};

/** What a look at the objects that were changed in place has shown. */
function placesText(standing: number, changedSince: number): string {
  if (standing + changedSince === 0) return '';
  const kept =
    changedSince === 0 ? '' : `, ${changedSince} were changed since by the program and stay as it left them`;
  return `; ${standing} places in its objects hold what was put there${kept}`;
}

function ofCalls({ on, operators }: StateCorruptionParameters) {
  return { on: on.filter((place) => place !== 'state'), operators };
}
