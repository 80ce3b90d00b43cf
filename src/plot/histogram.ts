/** Most different values, and then most narrow bins, that are kept. */
const MOST_BINS = 8192;

/**
 * Counts values in bounded memory: each different value, and where those become too many, bins of a width that is a
 * power of two and doubles until they are few enough.
 */
export class Histogram {
  #counts = new Map<number, number>();
  /** Width of the bins; 0 while each value is counted by itself. */
  #width = 0;
  count = 0;

  /** @param value finite */
  add(value: number): void {
    this.count++;
    const bin = this.#width === 0 ? value : Math.floor(value / this.#width);
    this.#counts.set(bin, (this.#counts.get(bin) ?? 0) + 1);
    if (this.#counts.size > MOST_BINS) this.#widen();
  }

  /** Values, or the middles of bins, with how often they came; in order. */
  values(): [value: number, count: number][] {
    const middle = (bin: number) => (this.#width === 0 ? bin : (bin + 0.5) * this.#width);
    return [...this.#counts]
      .map(([bin, count]): [number, number] => [middle(bin), count])
      .sort(([a], [b]) => a - b);
  }

  #widen(): void {
    let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const [value] of this.values()) {
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    const width = 2 ** Math.ceil(Math.log2(greatest / (MOST_BINS / 2) - least / (MOST_BINS / 2)));
    const counts = new Map<number, number>();
    for (const [value, count] of this.values()) {
      const bin = Math.floor(value / Math.max(width, 2 * this.#width));
      counts.set(bin, (counts.get(bin) ?? 0) + count);
    }
    this.#width = Math.max(width, 2 * this.#width);
    this.#counts = counts;
  }
}

/** One bar: how many values lie in [from, to), of the last one in [from, to]. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/**
 * Gathers counts into bars between ticks.
 * @param edges ascending, the first and last at or beyond all values
 */
export function barsOf(values: readonly (readonly [number, number])[], edges: readonly number[]): Bar[] {
  const counts = new Array<number>(edges.length - 1).fill(0);
  let bar = 0;
  for (const [value, count] of values) {
    while (bar < counts.length - 1 && value >= edges[bar + 1]!) bar++;
    counts[bar]! += count;
  }
  return counts.map((count, i) => ({ from: edges[i]!, to: edges[i + 1]!, count }));
}
