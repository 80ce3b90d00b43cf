import { interpolateViridis } from 'd3-scale-chromatic';

/**
 * Colours of up to nine lines, apart for all kinds of colour vision. Source: Paul Tol, "Colour schemes", SRON/EPS/TN/09-002
 * issue 3.2, the schemes "bright" and "muted".
 */
const BRIGHT = ['#4477aa', '#ee6677', '#228833', '#ccbb44', '#66ccee', '#aa3377'];
const MUTED = ['#332288', '#88ccee', '#44aa99', '#117733', '#999933', '#ddcc77', '#cc6677', '#882255', '#aa4499'];

/** Shades of a scale: as many as an eye can tell apart in a line. */
const SHADES = 40;
/** The lightest part of viridis cannot be seen on white. */
const LIGHTEST = 0.94;

export function lineColours(count: number): readonly string[] {
  if (count <= BRIGHT.length) return BRIGHT.slice(0, count);
  if (count <= MUTED.length) return MUTED.slice(0, count);
  return Array.from({ length: count }, (_, i) => shade(i / (count - 1)));
}

/** The colour of a value: viridis from dark to light. */
export function colourOf(value: number, least: number, greatest: number): string {
  return shade(greatest > least ? (value - least) / (greatest - least) : 0);
}

/** @param share 0 to 1 */
export function shade(share: number): string {
  const step = Math.min(SHADES - 1, Math.floor(share * SHADES)) / (SHADES - 1);
  return interpolateViridis(step * LIGHTEST);
}
