/** Points of a line in the order of recording: x, y, and what the colour says (NaN where it says nothing). */
export interface Points {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly colour: readonly number[];
}

/** Gathers the points of one line, of any number of rows, in bounded memory. */
export interface LineBuilder {
  /** A point whose x or y is no number is a gap. */
  add(x: number, y: number, colour: number): void;
  points(): Points;
}

class PointList implements Points {
  readonly x: number[] = [];
  readonly y: number[] = [];
  readonly colour: number[] = [];

  add(x: number, y: number, colour: number): void {
    this.x.push(x);
    this.y.push(y);
    this.colour.push(colour);
  }

  addFrom(points: Points, i: number): void {
    this.add(points.x[i]!, points.y[i]!, points.colour[i]!);
  }

  get length(): number {
    return this.x.length;
  }
}

/** Most points of a trajectory that are kept while it is read. */
const MOST_POINTS = 32_768;

/**
 * A way in the plane. While it has too many points, those go that are nearer to the last one kept than a distance, which
 * doubles until they are few enough. Of a way that is 20 times as long as the picture is wide it ends up at about a pixel.
 */
export class TrajectoryBuilder implements LineBuilder {
  #kept = new PointList();
  #distance = 0;
  /** The newest point, where it was left out: the way ends there. */
  #last: readonly [number, number, number] | null = null;

  add(x: number, y: number, colour: number): void {
    if (this.#isNear(x, y)) {
      this.#last = [x, y, colour];
      return;
    }
    this.#last = null;
    this.#kept.add(x, y, colour);
    if (this.#kept.length > MOST_POINTS) this.#thin();
  }

  points(): Points {
    const all = new PointList();
    for (let i = 0; i < this.#kept.length; i++) all.addFrom(this.#kept, i);
    if (this.#last !== null) all.add(...this.#last);
    return all;
  }

  #isNear(x: number, y: number): boolean {
    const { length } = this.#kept;
    if (this.#distance === 0 || length === 0) return false;
    return Math.hypot(x - this.#kept.x[length - 1]!, y - this.#kept.y[length - 1]!) < this.#distance;
  }

  #thin(): void {
    const points = this.points();
    const size = Math.max(spanOf(points.x), spanOf(points.y));
    this.#distance = Math.max(2 * this.#distance, size / 2 ** 16, Number.MIN_VALUE);
    for (;;) {
      this.#kept = spaced(points, this.#distance);
      // A path of gaps does not get shorter by distance.
      if (this.#kept.length <= MOST_POINTS / 2 || this.#distance > size) return;
      this.#distance *= 2;
    }
  }
}

/** Without points that are nearer than `distance` to the one before them that stays; ends and gaps stay. */
export function spaced(points: Points, distance: number): PointList {
  const kept = new PointList();
  const { length } = points.x;
  for (let i = 0; i < length; i++) {
    const last = kept.length - 1;
    const near =
      last >= 0 && Math.hypot(points.x[i]! - kept.x[last]!, points.y[i]! - kept.y[last]!) < distance;
    const gapAgain = last >= 0 && isGap(points, i) && isGap(kept, last);
    if ((!near && !gapAgain) || i === length - 1) kept.addFrom(points, i);
  }
  return kept;
}

function isGap({ x, y }: Points, i: number): boolean {
  return Number.isNaN(x[i]! + y[i]!);
}

/** Least and greatest of values that are numbers; null where none is. */
export function rangeOf(values: readonly number[]): [least: number, greatest: number] | null {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return greatest >= least ? [least, greatest] : null;
}

function spanOf(values: readonly number[]): number {
  const [least, greatest] = rangeOf(values) ?? [0, 0];
  return greatest - least;
}

/** Most buckets of a series while it is read: twice as many as that when they are halved. */
const BUCKETS = 4096;

/** The first, least, greatest and last of some rows that follow each other. */
interface Bucket {
  rows: number;
  readonly points: readonly (readonly [x: number, y: number, colour: number])[];
}

/**
 * A value over time. Rows go into buckets that keep their first, least, greatest and last value; while there are too many
 * buckets, each two neighbours become one, so that no peak is ever lost.
 */
export class SeriesBuilder implements LineBuilder {
  #buckets: Bucket[] = [];
  #rows = 1;

  add(x: number, y: number, colour: number): void {
    const last = this.#buckets.at(-1);
    if (last !== undefined && last.rows < this.#rows) {
      this.#buckets[this.#buckets.length - 1] = {
        rows: last.rows + 1,
        points: telling([...last.points, [x, y, colour]]),
      };
      return;
    }
    if (this.#buckets.length === BUCKETS) this.#halve();
    this.#buckets.push({ rows: 1, points: [[x, y, colour]] });
  }

  points(): Points {
    const all = new PointList();
    for (const { points } of this.#buckets) for (const point of points) all.add(...point);
    return all;
  }

  #halve(): void {
    const halves: Bucket[] = [];
    for (let i = 0; i < this.#buckets.length; i += 2) {
      const [a, b] = [this.#buckets[i]!, this.#buckets[i + 1]];
      const points = telling([...a.points, ...(b?.points ?? [])]);
      halves.push({ rows: a.rows + (b?.rows ?? 0), points });
    }
    this.#buckets = halves;
    this.#rows *= 2;
  }
}

/** Of points that follow each other: the first, the least, the greatest, the last, and one gap. */
function telling(points: Bucket['points']): Bucket['points'] {
  if (points.length < 3) return points;
  let [least, greatest, gap] = [-1, -1, -1];
  for (const [i, [x, y]] of points.entries()) {
    if (Number.isNaN(x + y)) gap = i;
    else {
      if (least < 0 || y < points[least]![1]) least = i;
      if (greatest < 0 || y > points[greatest]![1]) greatest = i;
    }
  }
  const kept = new Set([0, least, greatest, gap, points.length - 1]);
  return points.filter((_, i) => kept.has(i));
}

/**
 * At most four points for each of so many columns of pixels: the first, least, greatest and last.
 * @param from where the first column begins
 * @param to where the last one ends
 */
export function perPixel(points: Points, from: number, to: number, columns: number): Points {
  const kept = new PointList();
  const columnOf = (x: number) => Math.floor(((x - from) / (to - from)) * columns);
  let bucket: [number, number, number][] = [];
  let column = Number.NaN;
  const end = () => {
    for (const point of telling(bucket)) kept.add(...point);
    bucket = [];
  };
  for (let i = 0; i < points.x.length; i++) {
    const at = columnOf(points.x[i]!);
    if (at !== column) end();
    column = at;
    bucket.push([points.x[i]!, points.y[i]!, points.colour[i]!]);
    if (bucket.length > 64) bucket = telling(bucket) as typeof bucket;
  }
  end();
  return kept;
}
