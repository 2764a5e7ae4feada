import { expect, test } from 'vitest';
import { roundSummary } from '../../../test/gameday-stories.js';
import { stopOnChoices } from '../../model/gameday.js';
import { verdictsWorstFirst } from '../../model/verdict.js';
import { goAdvice } from './go-advice.js';

test('what each verdict means for the next round, under each rule', () => {
  const rows = verdictsWorstFirst.map((verdict) => {
    const cells = stopOnChoices.map((stopOn) => {
      const { go, stops } = goAdvice(roundSummary({ verdict }), stopOn);
      return `${stopOn}: ${go ? 'go' : stops === null ? 'no-go' : 'ends'}`;
    });
    return `${verdict.padEnd(14)} ${cells.join('  ')}`;
  });
  expect(rows.join('\n')).toMatchInlineSnapshot(`
    "leaked         deviated: ends  not-recovered: ends  never: ends
    interrupted    deviated: no-go  not-recovered: no-go  never: no-go
    not-recovered  deviated: ends  not-recovered: ends  never: go
    deviated       deviated: no-go  not-recovered: go  never: go
    not-steady     deviated: no-go  not-recovered: no-go  never: go
    not-injected   deviated: go  not-recovered: go  never: go
    inconclusive   deviated: go  not-recovered: go  never: go
    held           deviated: go  not-recovered: go  never: go"
  `);
});

test('the first round goes', () => {
  for (const stopOn of stopOnChoices) {
    expect(goAdvice(null, stopOn)).toEqual({ go: true, why: 'nothing was broken yet', stops: null });
  }
});
