import { scaleLinear } from 'd3-scale';
import { BrailleCanvas } from './braille.ts';
import { lineColours, shadeOnAny, shareOf } from './colours.ts';
import { type Domains, domainsOf, rangesOf, tickCount } from './domains.ts';
import type { Axis, BarDrawing, Drawing, LineDrawing } from './drawing.ts';
import { type ColourDepth, type Paint, painter } from './paint.ts';

/** What a terminal shows. */
export interface TerminalOptions {
  /** Characters of a line. */
  readonly columns: number;
  /** Most lines that are used. */
  readonly rows: number;
  readonly depth: ColourDepth;
}

const LEAST_COLUMNS = 30;
const LEAST_ROWS = 4;
/** Lines of a series or a distribution, where there is room. */
const SERIES_ROWS = 16;
/** Characters left of the axis. */
const MARGIN = 9;

/** Draws in braille characters, with axes and a legend, as lines of text. */
export function drawText(drawing: Drawing, { columns, rows, depth }: TerminalOptions): string {
  const paint = painter(depth);
  const width = Math.max(LEAST_COLUMNS, columns);
  const plotColumns = width - MARGIN - 2;
  const colours = drawing.kind === 'distribution' ? [] : ownColours(drawing.lines.length);
  const legend = drawing.kind === 'distribution' ? [] : legendOf(drawing, colours, width, paint);
  const head = [drawing.title, ...wrapped([drawing.caption, ...drawing.notes], width)];
  const most = Math.max(LEAST_ROWS, rows - head.length - legend.length - 3);
  const canvas = new BrailleCanvas(plotColumns, Math.min(most, naturalRows(drawing, plotColumns)));
  const domains = domainsOf(drawing, canvas);
  if (drawing.kind === 'distribution') drawBars(canvas, drawing, domains);
  else drawLines(canvas, drawing, domains, colours);
  const lines = canvas.lines(paint);
  const labels = yLabels(drawing.y, domains.y, lines.length);
  const body = lines.map((line, row) => {
    const label = labels.get(row);
    return `${(label ?? '').padStart(MARGIN)} ${label === undefined ? '│' : '┤'}${line}`.trimEnd();
  });
  const [rule, numbers] = xAxis(drawing.x, domains.x, plotColumns);
  const indent = ' '.repeat(MARGIN + 1);
  const label = `${drawing.x.label} → · ${drawing.y.label} ↑`;
  return [...head, ...legend, ...body, `${indent}└${rule}`, `${indent} ${numbers}`, `${indent} ${label}`]
    .map((line) => line.trimEnd())
    .join('\n');
}

/** As many lines as show a plane on the whole width. */
function naturalRows(drawing: Drawing, columns: number): number {
  if (drawing.kind !== 'trajectory') return SERIES_ROWS;
  const { x, y } = rangesOf(drawing);
  return Math.max(LEAST_ROWS, Math.ceil((columns * 2 * (y[1] - y[0])) / (x[1] - x[0]) / 4));
}

/** Colours of lines on a background that may be light or dark. */
function ownColours(count: number): readonly string[] {
  if (count <= 6) return lineColours(count);
  return Array.from({ length: count }, (_, i) => shadeOnAny(i / (count - 1)));
}

function drawLines(
  canvas: BrailleCanvas,
  { lines, marks, colour, kind }: LineDrawing,
  domains: Domains,
  colours: readonly string[],
): void {
  const [column, row] = dotsOf(canvas, domains);
  for (const [i, { x, y, colour: values }] of lines.entries()) {
    for (let at = 0; at < x.length; at++) {
      const [x1, y1] = [column(x[at]!), row(y[at]!)];
      if (Number.isNaN(x1 + y1)) continue;
      const value = values[at]!;
      const own = colour === null ? colours[i]! : null;
      const shade = own ?? (Number.isNaN(value) ? null : shadeOnAny(shareOf(value, colour!.scale)));
      const [x0, y0] = at === 0 ? [Number.NaN, Number.NaN] : [column(x[at - 1]!), row(y[at - 1]!)];
      if (Number.isNaN(x0 + y0)) canvas.dot(x1, y1, shade);
      else canvas.line(x0, y0, x1, y1, shade);
    }
  }
  if (kind !== 'trajectory') return;
  for (const { x, y } of lines) {
    const shown = x.flatMap((value, i) => (Number.isNaN(value + y[i]!) ? [] : [i]));
    const [first, last] = [shown[0], shown.at(-1)];
    if (first === undefined || last === undefined) continue;
    canvas.sign(column(x[first]!), row(y[first]!), '○', null);
    canvas.sign(column(x[last]!), row(y[last]!), '●', null);
  }
  for (const mark of marks) canvas.sign(column(mark.x), row(mark.y), '★', '#d62828');
}

function drawBars(canvas: BrailleCanvas, { bars }: BarDrawing, domains: Domains): void {
  const [column, row] = dotsOf(canvas, domains);
  const [colour] = lineColours(1);
  for (const { from, to, count } of bars) {
    if (count === 0) continue;
    const [left, right] = [column(from), Math.max(column(from), column(to) - 1)];
    for (let x = left; x <= right; x++) canvas.line(x, canvas.height - 1, x, row(count), colour!);
  }
}

type ToDot = (value: number) => number;

/** From values to dots. */
function dotsOf({ width, height }: BrailleCanvas, { x, y }: Domains): [column: ToDot, row: ToDot] {
  const column: ToDot = (value) => Math.round(((value - x[0]) / (x[1] - x[0])) * (width - 1));
  const row: ToDot = (value) => Math.round((1 - (value - y[0]) / (y[1] - y[0])) * (height - 1));
  return [column, row];
}

/** What stands at which line of the left axis. */
function yLabels(axis: Axis, domain: readonly [number, number], rows: number): ReadonlyMap<number, string> {
  const scale = scaleLinear()
    .domain(domain)
    .range([rows - 1, 0]);
  const count = tickCount(axis, Math.max(2, Math.floor(rows / 4)));
  const format = scale.tickFormat(count);
  return new Map(scale.ticks(count).map((value) => [Math.round(scale(value)), short(format(value), value)]));
}

/** The lower axis, and the numbers below it. */
function xAxis(
  axis: Axis,
  domain: readonly [number, number],
  columns: number,
): [rule: string, numbers: string] {
  const scale = scaleLinear()
    .domain(domain)
    .range([0, columns - 1]);
  const count = tickCount(axis, Math.max(2, Math.floor(columns / 14)));
  const format = scale.tickFormat(count);
  const rule = new Array<string>(columns).fill('─');
  let numbers = '';
  for (const value of scale.ticks(count)) {
    const at = Math.round(scale(value));
    const text = short(format(value), value);
    const start = Math.min(Math.max(0, at - Math.floor(text.length / 2)), columns - text.length);
    // Two numbers have a space between them.
    if (numbers !== '' && start <= numbers.length) continue;
    rule[at] = '┬';
    numbers = numbers.padEnd(start) + text;
  }
  return [rule.join(''), numbers];
}

function short(text: string, value: number): string {
  return text.length <= MARGIN ? text : value.toPrecision(3);
}

function legendOf(
  { kind, lines, colour, marks }: LineDrawing,
  colours: readonly string[],
  width: number,
  paint: Paint,
): string[] {
  let next = 0;
  const signs = kind === 'trajectory' ? ['○ start', '● end', ...marks.map(({ label }) => `★ ${label}`)] : [];
  if (colour === null) {
    const named = lines.flatMap(({ label }, i) => (label === '' ? [] : [{ label, colour: colours[i]! }]));
    return wrapped([...signs, ...named.map(({ label }) => `━━ ${label}`)], width, '  ').map((line) =>
      // Labels come in the order of the lines.
      line.replace(/━━/g, (sign) => paint(sign, named[next++]!.colour)),
    );
  }
  const { least, greatest } = colour.scale;
  const bar = Array.from({ length: 16 }, (_, i) => paint('█', shadeOnAny(i / 15))).join('');
  const scale = `${colour.label} ${round(least)} ${bar} ${round(greatest)}`;
  return [[...signs, scale].join('  ')];
}

function wrapped(parts: readonly string[], width: number, between = ' · '): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + between.length + part.length <= width) {
      lines[lines.length - 1] = last + between + part;
    } else lines.push(part);
  }
  return lines;
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}
