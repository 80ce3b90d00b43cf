import { lineColours, shade, shareOf } from './colours.ts';
import { type Domains, domainsOf, rangesOf, tickCount } from './domains.ts';
import type { BarDrawing, Drawing, LineDrawing } from './drawing.ts';
import { colourBar, escaped, FONT, GREY, header, INK, swatches } from './legend.ts';
import { checkSize, type PictureOptions } from './options.ts';
import { type Points, perPixel, spaced } from './points.ts';

/** Pixels around the axes. */
type Margins = Readonly<Record<'top' | 'right' | 'bottom' | 'left', number>>;

const WIDTH = 880;
/** Least and greatest height of the axes of a trajectory; a series has a fixed one. */
const HEIGHTS = [220, 640] as const;
const SERIES_HEIGHT = 340;
const MARGINS: Margins = { top: 12, right: 20, bottom: 46, left: 64 };
/** Room for the scale of colours beside the plot. */
const BAR_WIDTH = 84;
/** Points of a way that are nearer to each other than that, in pixels, are one. */
const NEAR = 0.25;
/** So many points of a series are marked. */
const FEW_POINTS = 60;

/**
 * Draws a picture as SVG, by Observable Plot.
 * @throws `InvalidConfig` for a size that is no picture's
 */
export async function drawSvg(drawing: Drawing, options: PictureOptions = {}): Promise<string> {
  checkSize('width', options.width);
  checkSize('height', options.height);
  const width = options.width ?? WIDTH;
  const [Plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const top = header(drawing, width);
  const colours = drawing.kind === 'distribution' ? [] : lineColours(drawing.lines.length);
  const key = drawing.kind === 'distribution' ? null : swatches(drawing, colours, width, top.height);
  const head = top.height + (key?.height ?? 0);
  const bar = drawing.kind === 'distribution' || drawing.colour === null ? 0 : BAR_WIDTH;
  const frame = frameOf(drawing, width - bar, options.height === undefined ? null : options.height - head);
  const inner = {
    width: frame.width - frame.left - frame.right,
    height: frame.height - frame.top - frame.bottom,
  };
  const domains = domainsOf(drawing, inner);
  const ticksX = tickCount(drawing.x, roomFor(inner.width, 90));
  const ticksY = tickCount(drawing.y, roomFor(inner.height, 50));
  const marks =
    drawing.kind === 'distribution'
      ? barMarks(Plot, drawing)
      : lineMarks(Plot, drawing, colours, domains, inner.width);
  const plot = Plot.plot({
    document: parseHTML('<html></html>').document,
    width: frame.width,
    height: frame.height,
    marginTop: frame.top,
    marginRight: frame.right,
    marginBottom: frame.bottom,
    marginLeft: frame.left,
    style: { fontFamily: FONT, fontSize: '12px', color: INK, overflow: 'visible' },
    color: { type: 'identity' },
    x: { type: 'linear', domain: [...domains.x], ticks: ticksX },
    y: { type: 'linear', domain: [...domains.y], ticks: ticksY },
    marks: [
      Plot.gridX({ stroke: GREY, strokeOpacity: 0.18, ticks: ticksX }),
      Plot.gridY({ stroke: GREY, strokeOpacity: 0.18, ticks: ticksY }),
      Plot.axisX({
        label: drawing.x.label,
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 38,
        ticks: ticksX,
      }),
      Plot.axisY({
        label: drawing.y.label,
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 54,
        ticks: ticksY,
      }),
      ...marks,
    ],
  }) as unknown as { outerHTML: string };
  const height = head + frame.height;
  const legend =
    bar === 0
      ? ''
      : colourBar((drawing as LineDrawing).colour!, frame.width + 8, head + frame.top, inner.height);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}" fill="${INK}" role="img">`,
    `<title>${escaped(drawing.title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    top.svg,
    key?.svg ?? '',
    plot.outerHTML.replace('<svg ', `<svg y="${head}" `),
    legend,
    '</svg>\n',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function roomFor(pixels: number, each: number): number {
  return Math.max(2, Math.round(pixels / each));
}

/** @param height of the plot with its margins, where it is given */
function frameOf(
  drawing: Drawing,
  width: number,
  height: number | null,
): Margins & { readonly width: number; readonly height: number } {
  const { left, right, top, bottom } = MARGINS;
  if (height !== null) return { ...MARGINS, width, height: Math.max(height, top + bottom + 60) };
  if (drawing.kind !== 'trajectory') return { ...MARGINS, width, height: SERIES_HEIGHT + top + bottom };
  const { x, y } = rangesOf(drawing);
  const natural = ((width - left - right) * (y[1] - y[0])) / (x[1] - x[0]);
  const inner = Math.round(Math.min(HEIGHTS[1], Math.max(HEIGHTS[0], natural)));
  return { ...MARGINS, width, height: inner + top + bottom };
}

type Plot = typeof import('@observablehq/plot');
type Markish = ReturnType<Plot['line']>;

function barMarks(Plot: Plot, { bars }: BarDrawing): Markish[] {
  return [
    Plot.rect(bars, {
      x1: 'from',
      x2: 'to',
      y1: 0,
      y2: 'count',
      fill: lineColours(1)[0]!,
      insetLeft: 0.5,
      insetRight: 0.5,
    }),
    Plot.ruleY([0], { stroke: INK }),
  ] as Markish[];
}

function lineMarks(
  Plot: Plot,
  drawing: LineDrawing,
  colours: readonly string[],
  domains: Domains,
  pixels: number,
): Markish[] {
  const isWay = drawing.kind === 'trajectory';
  const unit = (domains.x[1] - domains.x[0]) / pixels;
  const all = { x: [] as number[], y: [] as number[], z: [] as number[], stroke: [] as string[] };
  const ends: { x: number; y: number; colour: string; start: boolean }[] = [];
  for (const [z, line] of drawing.lines.entries()) {
    const thin: Points = isWay ? spaced(line, NEAR * unit) : perPixel(line, ...domains.x, Math.round(pixels));
    const colourAt = (i: number) => strokeOf(drawing, thin.colour[i]!) ?? colours[z]!;
    for (let i = 0; i < thin.x.length; i++) {
      all.x.push(thin.x[i]!);
      all.y.push(thin.y[i]!);
      all.z.push(z);
      all.stroke.push(colourAt(i));
    }
    const shown = thin.x.flatMap((x, i) => (Number.isNaN(x + thin.y[i]!) ? [] : [i]));
    for (const [i, start] of [
      [shown[0], true],
      [shown.at(-1), false],
    ] as const) {
      if (i !== undefined) ends.push({ x: thin.x[i]!, y: thin.y[i]!, colour: colourAt(i), start });
    }
  }
  const { length } = all.x;
  const line = Plot.line(
    { length },
    { ...all, strokeWidth: isWay ? 1.8 : 1.4, strokeLinejoin: 'round', strokeLinecap: 'round' },
  );
  if (!isWay) {
    // Few points, and such as stand alone, are not seen as lines.
    const few = drawing.lines.every(({ x }) => x.length <= FEW_POINTS);
    const dots = Plot.dot({ length }, { x: all.x, y: all.y, fill: all.stroke, r: 3 });
    return (few ? [line, dots] : [line]) as Markish[];
  }
  const place = { x: 'x', y: 'y', r: 4, strokeWidth: 1.5 } as const;
  return [
    line,
    Plot.dot(
      ends.filter(({ start }) => start),
      { ...place, fill: '#ffffff', stroke: 'colour' },
    ),
    Plot.dot(
      ends.filter(({ start }) => !start),
      { ...place, fill: 'colour', stroke: '#ffffff' },
    ),
    Plot.dot(drawing.marks, {
      ...place,
      symbol: 'star',
      r: 7,
      fill: '#d62828',
      stroke: '#ffffff',
      strokeWidth: 1,
    }),
  ] as Markish[];
}

/** The colour of a point; null where the line's own is meant, grey where the colour says nothing. */
function strokeOf({ colour }: LineDrawing, value: number): string | null {
  if (colour === null) return null;
  return Number.isNaN(value) ? '#b0b0b0' : shade(shareOf(value, colour.scale));
}
