import type { ColumnData } from '../reader.ts';
import { isNullAt } from '../validity.ts';
import { type Histogram, HistogramBuilder } from './histogram.ts';
import { Moments } from './moments.ts';

/** What a column of numbers, ids or timestamps holds. */
export interface NumberStatistics {
  readonly type: 'numbers';
  /** Values that are not a number, of those that are not null; in nothing of what follows. */
  readonly nans: number;
  /** Exact, so bigints for the 64-bit kinds and timestamps; null where there is no number. */
  readonly least: number | bigint | null;
  readonly greatest: number | bigint | null;
  /** Null where there is no number. With infinities among the values, infinite or NaN, as sums of them are. */
  readonly mean: number | null;
  /** Of the sample, divided by n - 1; null for fewer than two numbers, NaN with infinities among them. */
  readonly standardDeviation: number | null;
  /** Of the finite numbers, the 64-bit ones as doubles; null where there are none. */
  readonly histogram: Histogram | null;
}

/** The finite numbers of a batch, as doubles, and how far they are from the first of all. */
interface Finite {
  readonly values: Float64Array;
  readonly distances: Float64Array;
}

/**
 * Gathers {@link NumberStatistics} batch by batch. Mean and deviation are of the distances from the first value: of times
 * since 1970, or of 64-bit integers, a double has too few digits behind those that all values share.
 */
export class NumberSummary {
  readonly #isWide: boolean;
  readonly #moments = new Moments();
  readonly #histogram: HistogramBuilder;
  /** What distances count from: the first value. */
  #origin: number | bigint | null = null;
  #nans = 0;
  #seen = 0;
  #least: number | bigint = Number.POSITIVE_INFINITY;
  #greatest: number | bigint = Number.NEGATIVE_INFINITY;
  readonly #infinities = { positive: 0, negative: 0 };

  /**
   * @param isWide whether values are bigints
   * @param bins intervals of the histogram at most
   */
  constructor({ isWhole, isWide, bins }: { isWhole: boolean; isWide: boolean; bins: number }) {
    this.#isWide = isWide;
    this.#histogram = new HistogramBuilder(bins, isWhole);
  }

  add(data: ColumnData): void {
    const { values, distances } = this.#isWide ? this.#wide(data) : this.#narrow(data);
    if (values.length === 0) return;
    const moments = new Moments();
    for (const distance of distances) moments.add(distance);
    this.#moments.join(moments);
    let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of values) {
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    this.#histogram.cover(least, greatest);
    for (const value of values) this.#histogram.add(value);
  }

  finish(): NumberStatistics {
    const { positive, negative } = this.#infinities;
    const hasNone = this.#seen === 0;
    const isInfinite = positive + negative > 0;
    const { mean, standardDeviation } = this.#moments;
    return {
      type: 'numbers',
      nans: this.#nans,
      least: hasNone ? null : this.#least,
      greatest: hasNone ? null : this.#greatest,
      mean: hasNone ? null : isInfinite ? infiniteMean(positive, negative) : mean + Number(this.#origin ?? 0),
      standardDeviation: this.#seen < 2 ? null : isInfinite ? Number.NaN : standardDeviation,
      histogram: this.#histogram.finish(),
    };
  }

  /** The finite numbers of a batch, the others counted. */
  #narrow(data: ColumnData): Finite {
    const all = data.values as Float64Array;
    const values = new Float64Array(all.length);
    let count = 0;
    for (let row = 0; row < all.length; row++) {
      if (isNullAt(data, row)) continue;
      const value = all[row]!;
      if (Number.isNaN(value)) {
        this.#nans++;
        continue;
      }
      this.#extend(value === 0 ? 0 : value);
      if (value === Number.POSITIVE_INFINITY) this.#infinities.positive++;
      else if (value === Number.NEGATIVE_INFINITY) this.#infinities.negative++;
      else values[count++] = value;
    }
    const finite = values.subarray(0, count);
    if (count > 0) this.#origin ??= finite[0]!;
    const origin = this.#origin as number;
    return { values: finite, distances: finite.map((value) => value - origin) };
  }

  /** The 64-bit integers of a batch. */
  #wide(data: ColumnData): Finite {
    const all = data.values as BigInt64Array;
    const values = new Float64Array(all.length);
    const distances = new Float64Array(all.length);
    let count = 0;
    for (let row = 0; row < all.length; row++) {
      if (isNullAt(data, row)) continue;
      const value = all[row]!;
      this.#origin ??= value;
      this.#extend(value);
      values[count] = Number(value);
      distances[count++] = Number(value - (this.#origin as bigint));
    }
    return { values: values.subarray(0, count), distances: distances.subarray(0, count) };
  }

  #extend(value: number | bigint): void {
    this.#seen++;
    if (value < this.#least) this.#least = value;
    if (value > this.#greatest) this.#greatest = value;
  }
}

function infiniteMean(positive: number, negative: number): number {
  if (positive > 0 && negative > 0) return Number.NaN;
  return positive > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}
