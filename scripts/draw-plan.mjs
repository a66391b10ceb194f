// Draws the plan of the demo, as a terminal shows it, for the README: docs/plan.svg.
// Usage: npm run picture
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import process from 'node:process';

process.chdir(new URL('..', import.meta.url).pathname);
const [fontSize, lineHeight, charWidth, margin] = [14, 20, 8.43, 16];
const classes = { 1: 'bold', 2: 'dim', 31: 'red', 32: 'green', 33: 'yellow', 36: 'cyan' };

// script(1) gives the demo a terminal, so that it has its colours.
const demo = `'${process.execPath}' dist/bin.js demo`;
const said = execFileSync('script', ['--quiet', '--return', '--command', demo, '/dev/null'], { encoding: 'utf8' });
const [plan] = /^# [^\n]* is killed[^]*?(?=\n\n)/m.exec(said.replaceAll('\r', '')) ?? [];
if (plan === undefined) throw new Error('the demo shows no plan');
const lines = plan.split('\n').map(spansOf);
const columns = Math.max(...lines.map((spans) => spans.reduce((sum, { text }) => sum + text.length, 0)));
const [width, height] = [Math.ceil(columns * charWidth) + 2 * margin, lines.length * lineHeight + 2 * margin];

writeFileSync(
  'docs/plan.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>A plan of tmux-persist</title>
<style>
rect { fill: #f6f8fa } text { font: ${fontSize}px ui-monospace, Menlo, Consolas, monospace; fill: #1f2328; white-space: pre }
.bold { font-weight: 600 } .dim { fill: #59636e } .red { fill: #c41d2f } .green { fill: #116329 } .yellow { fill: #7d4e00 } .cyan { fill: #0b6a72 }
@media (prefers-color-scheme: dark) {
rect { fill: #161b22 } text { fill: #e6edf3 }
.dim { fill: #9198a1 } .red { fill: #ff7b72 } .green { fill: #56d364 } .yellow { fill: #e3b341 } .cyan { fill: #76e3ea }
}
</style>
<rect width="100%" height="100%" rx="8"/>
${lines.map(lineOf).join('\n')}
</svg>
`,
);

/** A line cut into spans of one look each, by its SGR sequences (ECMA-48). */
function spansOf(line) {
  const spans = [];
  let names = [];
  for (const part of line.split(/(\u001B\[[\d;]*m)/)) {
    const [, codes] = /^\u001B\[([\d;]*)m$/.exec(part) ?? [];
    if (codes === undefined) {
      if (part !== '') spans.push({ text: part, names });
      continue;
    }
    for (const code of codes.split(';').map(Number)) {
      if (code === 0) names = [];
      else if (code === 22) names = names.filter((name) => name !== 'bold' && name !== 'dim');
      else if (code === 39) names = names.filter((name) => name === 'bold' || name === 'dim');
      else if (classes[code] !== undefined) names = [...names, classes[code]];
    }
  }
  return spans;
}

function lineOf(spans, index) {
  const y = margin + index * lineHeight + fontSize;
  const inner = spans.map(({ text, names }) =>
    names.length === 0 ? escaped(text) : `<tspan class="${names.join(' ')}">${escaped(text)}</tspan>`,
  );
  return `<text x="${margin}" y="${y}" xml:space="preserve">${inner.join('')}</text>`;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
