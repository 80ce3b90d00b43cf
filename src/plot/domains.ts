import type { Axis, Drawing, LineDrawing } from './drawing.ts';

/** The axes of a picture: the values at their ends. */
export interface Domains {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/**
 * What the axes of a drawing go from and to.
 * @param inner what they enclose, in pixels or dots that are square
 */
export function domainsOf(
  drawing: Drawing,
  inner: { readonly width: number; readonly height: number },
): Domains {
  if (drawing.kind === 'distribution') {
    const { bars, y } = drawing;
    return { x: [bars[0]!.from, bars.at(-1)!.to], y: [0, Math.max(1, y.greatest * 1.04)] };
  }
  if (drawing.kind === 'trajectory') return withEqualScale(rangesOf(drawing), inner.width, inner.height);
  const { least, greatest } = drawing.x;
  // Time from 0 on shows 0, though the first row be a step later.
  const start = least > 0 && least < (greatest - least) / 20 ? 0 : least;
  return { x: greatest > start ? [start, greatest] : padded(drawing.x), y: padded(drawing.y) };
}

/** The ranges of a plane with all that is marked in it. */
export function rangesOf({ x, y, marks }: LineDrawing): Domains {
  const around = (axis: Axis, values: readonly number[]) =>
    padded({ ...axis, least: Math.min(axis.least, ...values), greatest: Math.max(axis.greatest, ...values) });
  return {
    x: around(
      x,
      marks.map((mark) => mark.x),
    ),
    y: around(
      y,
      marks.map((mark) => mark.y),
    ),
  };
}

/** Share of a range that is left free at its ends. */
const MARGIN = 0.04;

export function padded({ least, greatest }: Pick<Axis, 'least' | 'greatest'>): [number, number] {
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

/**
 * About how many ticks an axis has: none between integers.
 * @param room how many there is room for
 */
export function tickCount({ whole, least, greatest }: Axis, room: number): number {
  return whole ? Math.max(1, Math.min(room, Math.floor(greatest - least))) : room;
}
