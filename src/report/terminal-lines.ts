import { styleText } from 'node:util';
import type { Verdict } from '../model/verdict.js';
import type { Answer, Tone } from './five-answers.js';
import { plainText } from './plain-text.js';
import { sparkline } from './sparkline.js';
import { verdictTone } from './verdict-tone.js';

const styles = { good: 'green', bad: 'red', unsure: 'yellow', neutral: 'bold' } as const;
const marks: Readonly<Record<Tone, string>> = { good: '✓', bad: '✗', unsure: '?', neutral: ' ' };

function paint(tone: Tone, text: string, color: boolean): string {
  return color ? styleText(styles[tone], text, { validateStream: false }) : text;
}

/** One line without control characters: the only colours are ours. */
export function plain(text: string): string {
  return plainText(text).replaceAll('\n', ' ');
}

/** The first line of a summary. */
export function verdictLine(verdict: Verdict, text: string, color: boolean): string {
  return headLine({ text: verdict, tone: verdictTone(verdict) }, text, color);
}

/** A first line whose verdict has more to it. */
export function headLine(
  heading: { readonly text: string; readonly tone: Tone },
  text: string,
  color: boolean,
): string {
  return `${paint(heading.tone, heading.text, color)}  ${plain(text)}`;
}

/** One of the five questions with its answer. */
export function answerLine({ question, tone, answer }: Answer, color: boolean): string {
  return `  ${paint(tone, marks[tone], color)} ${question.padEnd(29)}${plain(answer)}`;
}

const widest = 50;

/** Numbers over time as blocks. */
export function seriesLine(name: string, values: readonly (number | null)[], end: string): string {
  const whole = plain(name);
  const short = whole.length > 28 ? `${whole.slice(0, 27)}…` : whole;
  return `    ${short.padEnd(29)}${sparkline(values, widest)} ${end}`;
}
