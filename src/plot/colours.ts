import { interpolateViridis } from 'd3-scale-chromatic';

/**
 * Colours of up to nine lines, apart for all kinds of colour vision. Source: Paul Tol, "Colour schemes", SRON/EPS/TN/09-002
 * issue 3.2, the schemes "bright" and "muted".
 */
const BRIGHT = ['#4477aa', '#ee6677', '#228833', '#ccbb44', '#66ccee', '#aa3377'];
const MUTED = [
  '#332288',
  '#88ccee',
  '#44aa99',
  '#117733',
  '#999933',
  '#ddcc77',
  '#cc6677',
  '#882255',
  '#aa4499',
];

/** Shades of a scale: as many as an eye can tell apart in a line. */
const SHADES = 40;
/** The lightest part of viridis cannot be seen on white. */
const LIGHTEST = 0.94;

export function lineColours(count: number): readonly string[] {
  if (count <= BRIGHT.length) return BRIGHT.slice(0, count);
  if (count <= MUTED.length) return MUTED.slice(0, count);
  return Array.from({ length: count }, (_, i) => shade(i / (count - 1)));
}

/** From values to shares of a scale of colours, 0 to 1. */
export interface ColourScale {
  readonly least: number;
  readonly greatest: number;
  /** Whether shares go with the root of the values, because most of them are far below the greatest. */
  readonly isRoot: boolean;
}

/** Where so many values that are not 0 lie in the lowest tenth, they would all have one colour. */
const CROWDED = 0.5;

export function colourScale(least: number, greatest: number, values: Iterable<number>): ColourScale {
  if (least < 0 || greatest <= 0) return { least, greatest, isRoot: false };
  let [some, low] = [0, 0];
  for (const value of values) {
    if (!(value > 0)) continue;
    some++;
    if (value < greatest / 10) low++;
  }
  const isRoot = some > 0 && low / some > CROWDED;
  return { least: isRoot ? 0 : least, greatest, isRoot };
}

export function shareOf(value: number, { least, greatest, isRoot }: ColourScale): number {
  if (!(greatest > least)) return 0;
  const share = (value - least) / (greatest - least);
  return isRoot ? Math.sqrt(Math.max(0, share)) : share;
}

/** The same on a background that may be light or dark: without the ends of the scale. */
export function shadeOnAny(share: number): string {
  return interpolateViridis(0.28 + 0.6 * Math.min(1, Math.max(0, share)));
}

/** @param share 0 to 1 */
export function shade(share: number): string {
  const step = Math.min(SHADES - 1, Math.floor(share * SHADES)) / (SHADES - 1);
  return interpolateViridis(step * LIGHTEST);
}
