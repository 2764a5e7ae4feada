// Turns what a terminal shows (ANSI colours, on standard input) into an SVG for the README:
//   tmux capture-pane -e -p | node scripts/terminal-picture.mjs > docs/images/run.svg
import { readFileSync } from 'node:fs';

const colours = { 30: '#484f58', 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 36: '#76e3ea', 37: '#e6edf3' };
const [charWidth, lineHeight, margin] = [8.43, 20, 20];

const escapeCharacter = String.fromCharCode(27);
const styles = new RegExp(`(${escapeCharacter}\\[[\\d;]*m)`, 'g');

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** One line as runs of text of one style. */
function runsOf(line) {
  let style = { bold: false, dim: false, colour: null };
  const runs = [];
  for (const part of line.split(styles)) {
    const codes = part.startsWith(escapeCharacter) ? part.slice(2, -1) : null;
    if (codes === null) {
      if (part !== '') runs.push({ ...style, text: part });
      continue;
    }
    for (const code of codes.split(';').map(Number)) {
      if (code === 0) style = { bold: false, dim: false, colour: null };
      else if (code === 1) style = { ...style, bold: true };
      else if (code === 2) style = { ...style, dim: true };
      else if (code === 22) style = { ...style, bold: false, dim: false };
      else if (code === 39) style = { ...style, colour: null };
      else if (colours[code] !== undefined) style = { ...style, colour: colours[code] };
    }
  }
  return runs;
}

const lines = readFileSync(0, 'utf8').trimEnd().split('\n');
const plain = lines.map((line) => line.replaceAll(styles, '').trimEnd());
const width = Math.ceil(Math.max(...plain.map((line) => line.length)) * charWidth + 2 * margin);
const height = lines.length * lineHeight + 2 * margin;
const texts = lines.map((line, index) => {
  const spans = runsOf(line).map(({ text, bold, dim, colour }) => {
    const look = [
      bold ? 'font-weight="bold"' : '',
      dim ? 'opacity="0.6"' : '',
      colour === null ? '' : `fill="${String(colour)}"`,
    ].filter((part) => part !== '');
    return `<tspan ${look.join(' ')}>${escape(text)}</tspan>`;
  });
  return `<text x="${margin}" y="${margin + 15 + index * lineHeight}" xml:space="preserve">${spans.join('')}</text>`;
});

process.stdout.write(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" role="img" viewBox="0 0 ${width} ${height}">
<title>A run of chaosx on a terminal</title>
<desc>${escape(plain.join('\n'))}</desc>
<rect width="100%" height="100%" rx="10" fill="#0d1117"/>
<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">
${texts.join('\n')}
</g>
</svg>
`);
