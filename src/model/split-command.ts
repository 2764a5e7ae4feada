import { ChaosError } from './chaos-error.js';

/** A program and its arguments. */
export type CommandLine = readonly [program: string, ...args: string[]];

/** What a shell would act on; without one it would reach the program as text, which is hardly ever meant. */
const shellSyntax = /[|&;<>()`$\n]/;
/** In double quotes, a backslash escapes these (and a line break vanishes); before anything else it is ordinary. */
const escapable = /[$`"\\\n]/;

/**
 * The arguments of a command, split as a POSIX shell does but without one: words end at blanks, quotes, backslashes and
 * continued lines work, and nothing is expanded. Globs, `~` and `#` are ordinary characters.
 *
 * @throws ChaosError INVALID_INPUT when it is empty, when a quote is not closed, and when it needs a shell: operators
 *   such as `|` or `&&`, variables, command substitution, or a leading `NAME=value`, all of them outside of quotes
 *   (variables and substitution inside double quotes as well)
 * @example
 * ```ts
 * splitCommand(`node server.mjs --name "my shop"`); // ['node', 'server.mjs', '--name', 'my shop']
 * ```
 */
export function splitCommand(text: string): CommandLine {
  const words: string[] = [];
  // null between words: a pair of quotes makes a word even when nothing is in it.
  let word: string | null = null;
  let i = 0;
  while (i < text.length) {
    const char = text.charAt(i);
    if (char === "'" || char === '"') {
      const quoted: Quoted = char === "'" ? singleQuoted(text, i) : doubleQuoted(text, i);
      word = (word ?? '') + quoted.content;
      i = quoted.end;
    } else if (char === '\\' && i + 1 < text.length) {
      const next = text.charAt(i + 1);
      if (next !== '\n') word = (word ?? '') + next;
      i += 2;
    } else if (/[ \t\r\n]/.test(char) && !isNewCommand(text, i)) {
      if (word !== null) words.push(word);
      word = null;
      i += 1;
    } else {
      if (shellSyntax.test(char)) throw needsShell(text, i);
      if (char === '=' && words.length === 0 && /^[A-Za-z_]\w*$/.test(word ?? ''))
        throw assignsVariable(text);
      word = (word ?? '') + char;
      i += 1;
    }
  }
  if (word !== null) words.push(word);
  const [program, ...args] = words;
  if (program === undefined || program === '') {
    throw new ChaosError('INVALID_INPUT', `expected a command, got ${JSON.stringify(text)}`, {
      hint: 'give a program and its arguments, such as "node server.mjs"',
    });
  }
  return [program, ...args];
}

interface Quoted {
  readonly content: string;
  /** Index after the closing quote. */
  readonly end: number;
}

function singleQuoted(text: string, start: number): Quoted {
  const close = text.indexOf("'", start + 1);
  if (close === -1) throw notClosed(text, start);
  return { content: text.slice(start + 1, close), end: close + 1 };
}

function doubleQuoted(text: string, start: number): Quoted {
  let content = '';
  for (let i = start + 1; i < text.length; i += 1) {
    const char = text.charAt(i);
    if (char === '"') return { content, end: i + 1 };
    if (char === '$' || char === '`') throw needsShell(text, i);
    const next = text.charAt(i + 1);
    const escapes = char === '\\' && escapable.test(next);
    if (escapes) i += 1;
    if (!escapes) content += char;
    else if (next !== '\n') content += next;
  }
  throw notClosed(text, start);
}

/** A line break ends a command for a shell; blank lines around one command (a YAML block) are harmless. */
function isNewCommand(text: string, index: number): boolean {
  return text[index] === '\n' && text.slice(0, index).trim() !== '' && text.slice(index).trim() !== '';
}

function notClosed(text: string, index: number): ChaosError {
  return new ChaosError(
    'INVALID_INPUT',
    `expected a closing ${text[index]} for the quote at character ${index + 1}, got the end of the command: ${text}`,
    { hint: 'close the quote, or give the command as a list of arguments' },
  );
}

function needsShell(text: string, index: number): ChaosError {
  const found = /^(\|\|?|&&?|>>?|<<?|\n|.)/.exec(text.slice(index))?.[0] ?? '';
  return new ChaosError(
    'INVALID_INPUT',
    `expected a plain command, got shell syntax ${JSON.stringify(found)} at character ${index + 1}: ${text}`,
    {
      hint: 'set `shell: true` on a target or use ["sh", "-c", "…"]; to pass it on as text, put it in single quotes',
    },
  );
}

function assignsVariable(text: string): ChaosError {
  return new ChaosError('INVALID_INPUT', `expected a program first, got a variable: ${text}`, {
    hint: 'set variables under `env`, or set `shell: true` on a target or use ["sh", "-c", "…"]',
  });
}
