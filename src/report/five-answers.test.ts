import { expect, test } from 'vitest';
import { dataOf, stories } from '../../test/report-stories.js';
import { fiveAnswers } from './five-answers.js';

const marks = { good: '+', bad: '-', unsure: '?', neutral: ' ' };

test.each(Object.entries(stories))('five answers: %s', (_, story) => {
  const lines = fiveAnswers(dataOf(story)).map(({ tone, answer, details }) =>
    [`${marks[tone]} ${answer}`, ...details.map((line) => `    ${line}`)].join('\n'),
  );
  expect(lines.join('\n')).toMatchSnapshot();
});
