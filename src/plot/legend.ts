import { scaleLinear, scaleSqrt } from 'd3-scale';
import { shade } from './colours.ts';
import type { ColourAxis, Drawing, LineDrawing } from './drawing.ts';

/** Names without quotes, which not every renderer takes in an attribute. */
export const FONT = 'Inter, Helvetica Neue, Arial, DejaVu Sans, sans-serif';
export const INK = '#1f2933';
export const GREY = '#616e7c';
/** Width of a character of text of 12 pixels, which is not known without a font: the widest likely one. */
const CHARACTER = 7;
const INDENT = 16;
const LINE_HEIGHT = 18;

export interface Block {
  readonly svg: string;
  readonly height: number;
}

/** Title, caption and notes. */
export function header({ title, caption, notes }: Drawing, width: number): Block {
  const most = Math.floor((width - 2 * INDENT) / CHARACTER);
  const lines = [caption, ...notes].flatMap((text) => wrapped(text, most));
  const heading = wrapped(title, Math.floor((width - 2 * INDENT) / (CHARACTER * 1.4)));
  const texts = heading.map(
    (text, i) =>
      `<text x="${INDENT}" y="${28 + i * 22}" font-size="17" font-weight="600">${escaped(text)}</text>`,
  );
  const below = 28 + (heading.length - 1) * 22;
  const rest = lines.map(
    (text, i) =>
      `<text x="${INDENT}" y="${below + (i + 1) * LINE_HEIGHT + 2}" font-size="12" fill="${GREY}">${escaped(text)}</text>`,
  );
  return { svg: [...texts, ...rest].join('\n'), height: below + lines.length * LINE_HEIGHT + 10 };
}

/** What the colours of lines, and the signs in a plane, stand for. Null where nothing needs to be said. */
export function swatches(
  drawing: LineDrawing,
  colours: readonly string[],
  width: number,
  top: number,
): Block | null {
  const entries: { readonly text: string; readonly sign: (x: number, y: number) => string }[] = [];
  if (drawing.kind === 'trajectory') {
    const stroke = drawing.colour === null ? GREY : shade(0);
    entries.push({
      text: 'start',
      sign: (x, y) =>
        `<circle cx="${x + 6}" cy="${y}" r="4" fill="#fff" stroke="${stroke}" stroke-width="1.5"/>`,
    });
    entries.push({ text: 'end', sign: (x, y) => `<circle cx="${x + 6}" cy="${y}" r="4" fill="${stroke}"/>` });
    for (const { label } of drawing.marks) entries.push({ text: label, sign: star });
  }
  if (drawing.colour === null) {
    for (const [i, { label }] of drawing.lines.entries()) {
      if (label === '') continue;
      entries.push({
        text: label,
        sign: (x, y) => `<rect x="${x}" y="${y - 2}" width="14" height="4" rx="2" fill="${colours[i]}"/>`,
      });
    }
  }
  if (entries.length === 0) return null;
  let [x, y] = [INDENT, top + 8];
  const parts: string[] = [];
  for (const { text, sign } of entries) {
    const room = 20 + text.length * CHARACTER + 14;
    if (x > INDENT && x + room > width - INDENT) [x, y] = [INDENT, y + LINE_HEIGHT];
    parts.push(sign(x, y), `<text x="${x + 20}" y="${y + 4}" font-size="12">${escaped(text)}</text>`);
    x += room;
  }
  return { svg: parts.join('\n'), height: y + LINE_HEIGHT - top };
}

/** A scale of colours beside the plot, with its label above and ticks at its right. */
export function colourBar({ label, scale: own }: ColourAxis, x: number, top: number, height: number): string {
  const { least, greatest, isRoot } = own;
  const scale = (isRoot ? scaleSqrt() : scaleLinear()).domain([least, greatest]).range([top + height, top]);
  const count = Math.max(2, Math.round(height / (isRoot ? 40 : 60)));
  const format = scale.tickFormat(count);
  const stops = Array.from(
    { length: 41 },
    (_, i) => `<stop offset="${i / 40}" stop-color="${shade(i / 40)}"/>`,
  );
  const values = greatest > least ? scale.ticks(count) : [least];
  const at = (value: number) => (greatest > least ? scale(value) : top + height);
  // On a scale of roots, great values stand close together: from the greatest down, those that have room.
  const apart: number[] = [];
  for (const value of values.toReversed()) {
    const above = apart.at(-1);
    if (above === undefined || at(value) - at(above) >= 14) apart.push(value);
  }
  const ticks = apart.map((value) => {
    const y = at(value);
    return `<path d="M${x + 14},${round(y)}h5" stroke="${INK}"/><text x="${x + 23}" y="${round(y + 4)}" font-size="12">${format(value)}</text>`;
  });
  const wide = Math.max(...apart.map((value) => format(value).length)) * CHARACTER;
  const [labelX, labelY] = [x + 23 + Math.min(wide + 8, 42), round(top + height / 2)];
  return [
    `<defs><linearGradient id="scale" x1="0" y1="1" x2="0" y2="0">${stops.join('')}</linearGradient></defs>`,
    `<rect x="${x}" y="${top}" width="14" height="${height}" fill="url(#scale)"/>`,
    ...ticks,
    `<text x="${labelX}" y="${labelY}" font-size="12" text-anchor="middle" transform="rotate(90 ${labelX} ${labelY})">${escaped(isRoot ? `${label}, scale of roots` : label)}</text>`,
  ].join('\n');
}

function star(x: number, y: number): string {
  const corners = Array.from({ length: 10 }, (_, i) => {
    const [radius, angle] = [i % 2 === 0 ? 6 : 2.4, (i * Math.PI) / 5];
    return `${round(x + 6 + radius * Math.sin(angle))},${round(y - radius * Math.cos(angle))}`;
  });
  return `<polygon points="${corners.join(' ')}" fill="#d62828"/>`;
}

function wrapped(text: string, most: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    if (lines[last] === '') lines[last] = word;
    else if (lines[last]!.length + 1 + word.length <= most) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Text for XML; what XML cannot hold at all is left out. */
export function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const allowed = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
  return allowed.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
