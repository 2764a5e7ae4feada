import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitCommand } from './split-command.js';

test.each([
  ['node server.mjs', ['node', 'server.mjs']],
  ['  node\tserver.mjs  --port  3000 \n', ['node', 'server.mjs', '--port', '3000']],
  [`sh -c 'echo "$HOME" | wc -l'`, ['sh', '-c', 'echo "$HOME" | wc -l']],
  [`say "a \\"quoted\\" word" it\\'s`, ['say', 'a "quoted" word', "it's"]],
  [`join 'a'"b"c '' ""`, ['join', 'abc', '', '']],
  [`back "C:\\temp" \\\\ a\\ b`, ['back', 'C:\\temp', '\\', 'a b']],
  [
    'curl http://127.0.0.1/?a=b --data x=1 ~/*.txt #9',
    ['curl', 'http://127.0.0.1/?a=b', '--data', 'x=1', '~/*.txt', '#9'],
  ],
  [`"NAME=value"`, ['NAME=value']],
  ['node a.mjs \\\n  --port "1\\\n2"', ['node', 'a.mjs', '--port', '12']],
])('%s', (text, words) => {
  expect(splitCommand(text)).toEqual(words);
});

test('what needs a shell, or is not complete, is refused with what to do', () => {
  const refused = [
    '',
    ' ',
    '""',
    `node "server.mjs`,
    `node 'server.mjs`,
    'node a | tee log',
    'a && b',
    'a; b',
    'a > b',
    'a $HOME',
    'a "$HOME"',
    'a `b`',
    'a\nb',
    'PORT=3000 node server.mjs',
  ];
  const messages = refused.map((text) => {
    try {
      return splitCommand(text).join(',');
    } catch (error) {
      return `${JSON.stringify(text)} -> ${String(error)}`;
    }
  });
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    """ -> ChaosError: expected a command, got ""
    " " -> ChaosError: expected a command, got " "
    "\\"\\"" -> ChaosError: expected a command, got "\\"\\""
    "node \\"server.mjs" -> ChaosError: expected a closing " for the quote at character 6, got the end of the command: node "server.mjs
    "node 'server.mjs" -> ChaosError: expected a closing ' for the quote at character 6, got the end of the command: node 'server.mjs
    "node a | tee log" -> ChaosError: expected a plain command, got shell syntax "|" at character 8: node a | tee log
    "a && b" -> ChaosError: expected a plain command, got shell syntax "&&" at character 3: a && b
    "a; b" -> ChaosError: expected a plain command, got shell syntax ";" at character 2: a; b
    "a > b" -> ChaosError: expected a plain command, got shell syntax ">" at character 3: a > b
    "a $HOME" -> ChaosError: expected a plain command, got shell syntax "$" at character 3: a $HOME
    "a \\"$HOME\\"" -> ChaosError: expected a plain command, got shell syntax "$" at character 4: a "$HOME"
    "a \`b\`" -> ChaosError: expected a plain command, got shell syntax "\`" at character 3: a \`b\`
    "a\\nb" -> ChaosError: expected a plain command, got shell syntax "\\n" at character 2: a
    b
    "PORT=3000 node server.mjs" -> ChaosError: expected a program first, got a variable: PORT=3000 node server.mjs"
  `);
  expect(() => splitCommand('a | b')).toThrow(
    expect.objectContaining({
      code: 'INVALID_INPUT',
      hint: expect.stringContaining('shell: true') as string,
    }),
  );
});

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

test('any arguments survive quoting', () => {
  const words = fc.tuple(
    fc.string({ minLength: 1, unit: 'grapheme' }),
    fc.array(fc.string({ unit: 'binary' })),
  );
  fc.assert(
    fc.property(words, ([program, args]) => {
      expect(splitCommand([program, ...args].map(quote).join(' '))).toEqual([program, ...args]);
    }),
  );
});
