import type { Axis } from './drawing.ts';

/** Pixels around the axes, and what they enclose. */
export interface Frame {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
  /** Of the whole plot. */
  readonly width: number;
  readonly height: number;
}

/** The axes of a picture: the values at their ends. */
export interface Domains {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Share of a range that is left free at its ends. */
const MARGIN = 0.04;

export function padded({ least, greatest }: Axis): [number, number] {
  // One value alone has room around it.
  const margin = greatest > least ? (greatest - least) * MARGIN : Math.abs(least) * MARGIN || 0.5;
  return [least - margin, greatest + margin];
}

/** Widens the shorter of two ranges, so that a unit is as long on one axis as on the other. */
export function withEqualScale({ x, y }: Domains, width: number, height: number): Domains {
  const perPixel = Math.max((x[1] - x[0]) / width, (y[1] - y[0]) / height);
  return { x: widened(x, perPixel * width), y: widened(y, perPixel * height) };
}

function widened([from, to]: readonly [number, number], span: number): [number, number] {
  const middle = (from + to) / 2;
  return [middle - span / 2, middle + span / 2];
}
