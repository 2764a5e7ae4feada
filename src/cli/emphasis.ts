import { styleText } from 'node:util';

/** Text that stands out on a terminal; plain unless colour is asked for. */
export function emphasis(text: string, color: boolean): string {
  return color ? styleText('bold', text, { validateStream: false }) : text;
}
