import { describe, expect, test } from 'vitest';
import { roundOf, testerEvents } from '../../../test/campaign-stories.js';
import { foldAll } from '../../model/fold.js';
import { judgeCampaign } from './judge-campaign.js';
import { judgeTester } from './judge-tester.js';

const judged = (...input: Parameters<typeof testerEvents>) => foldAll(judgeCampaign, testerEvents(...input));
const rounds = Array.from({ length: 20 }, (_, i) => roundOf(i, { recoverySeconds: 1 + i / 20 }));

describe('a saved campaign', () => {
  test('is judged as its kind is', () => {
    expect(judged(rounds)).toEqual(foldAll(judgeTester, testerEvents(rounds)));
    expect(judged(rounds).verdict).toBe('held');
  });

  test('that did not end is said to be stopped, and never held', () => {
    expect(judged(rounds, { ends: false })).toMatchObject({
      verdict: 'inconclusive',
      reason: 'its process died, or still runs: the last event does not say that it ended',
      stoppedBy: { by: 'error' },
    });
    const deviated = [roundOf(0, { verdict: 'not-recovered', recoverySeconds: null })];
    expect(judged(deviated, { ends: false })).toMatchObject({
      verdict: 'not-recovered',
      stoppedBy: { by: 'error' },
    });
  });

  test('without a beginning is refused', () => {
    expect(() => foldAll(judgeCampaign, [{ type: 'campaign-ended', t: 0 }])).toThrow(
      'expected the events of a campaign to begin with campaign-started, got none',
    );
  });
});
