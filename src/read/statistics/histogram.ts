/** How many values lie in each of adjoining intervals of one width. */
export interface Histogram {
  /** Where the first interval begins; interval i holds start + i * width <= value < start + (i + 1) * width. */
  readonly start: number;
  /** A power of two. */
  readonly width: number;
  readonly counts: readonly number[];
}

/** Widths are powers of two, so that dividing by one is exact; none is narrower than 2 to this. */
const FINEST = -1022;

/**
 * Counts values whose range is not known beforehand, in one pass. Intervals begin at multiples of their width, a power
 * of two; when a value lies outside, neighbours are put together until all values fit in `most` intervals. So the
 * result is exact, and the same in whichever order values come.
 */
export class HistogramBuilder {
  readonly #most: number;
  readonly #finest: number;
  #exponent = FINEST;
  /** Number of the first interval: `first * 2 ** exponent` is where it begins. */
  #first = 0;
  #counts: Float64Array;
  #least = Number.POSITIVE_INFINITY;
  #greatest = Number.NEGATIVE_INFINITY;

  /**
   * @param most intervals at most, 4 or more, so that all doubles fit
   * @param isWhole whether values are integers, for which intervals are no narrower than 1
   */
  constructor(most: number, isWhole: boolean) {
    this.#most = most;
    this.#finest = isWhole ? 0 : FINEST;
    this.#counts = new Float64Array(most);
  }

  /** Makes sure that values from `least` to `greatest`, both finite, fit. */
  cover(least: number, greatest: number): void {
    const isFirst = this.#least > this.#greatest;
    this.#least = Math.min(this.#least, least);
    this.#greatest = Math.max(this.#greatest, greatest);
    let exponent = isFirst ? this.#start() : this.#exponent;
    while (scaled(this.#greatest, exponent) - scaled(this.#least, exponent) >= this.#most) exponent++;
    const first = scaled(this.#least, exponent);
    if (!isFirst) this.#regroup(exponent, first);
    this.#exponent = exponent;
    this.#first = first;
  }

  /** Counts a value that is covered. */
  add(value: number): void {
    this.#counts[scaled(value, this.#exponent) - this.#first]!++;
  }

  /** Null where nothing was counted. */
  finish(): Histogram | null {
    if (this.#least > this.#greatest) return null;
    const width = 2 ** this.#exponent;
    const last = scaled(this.#greatest, this.#exponent) - this.#first;
    return { start: this.#first * width, width, counts: Array.from(this.#counts.subarray(0, last + 1)) };
  }

  /** Narrow enough for what came first: for the range of its values, or for one value and the double next to it. */
  #start(): number {
    const range = this.#greatest / 2 - this.#least / 2;
    const apart = range > 0 ? range : Math.abs(this.#greatest) * 2 ** -54;
    const width = apart / this.#most;
    return Math.max(this.#finest, width > 0 ? Math.floor(Math.log2(width)) - 1 : FINEST);
  }

  #regroup(exponent: number, first: number): void {
    if (exponent === this.#exponent && first === this.#first) return;
    const counts = new Float64Array(this.#most);
    const by = exponent - this.#exponent;
    for (const [i, count] of this.#counts.entries()) {
      if (count > 0) counts[scaled(this.#first + i, by) - first]! += count;
    }
    this.#counts = counts;
  }
}

/** The integer below value / 2 ** exponent, also where that is too small for a double. */
function scaled(value: number, exponent: number): number {
  return Math.floor(value * 2 ** -exponent) || (value < 0 ? -1 : 0);
}
