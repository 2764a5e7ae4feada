import type { Answer, Tone } from './five-answers.js';
import { markdownText } from './markdown-text.js';

/** What a tone looks like on GitHub. */
export const marks: Readonly<Record<Tone, string>> = { good: '✅', bad: '❌', unsure: '⚠️', neutral: '' };

const longest = 400;

/** Text of a target in one line; one that prints a book gets a line of it. */
export function short(text: string): string {
  return markdownText(text.length > longest ? `${text.slice(0, longest)}…` : text);
}

/** Cells are Markdown already. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The five questions that come first. */
export function answersTable(answers: readonly Answer[]): string {
  return markdownTable(
    ['', ''],
    answers.map(({ question, tone, answer, details }) => [
      `**${question}**`,
      [`${marks[tone]} ${short(answer)}`.trim(), ...details.slice(0, 3).map(short)].join('<br>'),
    ]),
  );
}
