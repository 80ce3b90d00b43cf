/** Numbers from the first to the second, both included. */
export type Range = readonly [from: number, to: number];

/** Numbers as ranges: each its own, in order. */
export function singles(numbers: Iterable<number>): readonly Range[] {
  return [...new Set(numbers)].sort((a, b) => a - b).map((number): Range => [number, number]);
}

/** Integers, in order, as ranges, which of neighbours are one. */
export function runsOf(integers: ArrayLike<number>): readonly Range[] {
  const runs: [number, number][] = [];
  for (let i = 0; i < integers.length; i++) {
    const integer = integers[i]!;
    const last = runs.at(-1);
    if (last !== undefined && integer <= last[1] + 1) last[1] = integer;
    else runs.push([integer, integer]);
  }
  return runs;
}

/** Tells which values lie in ranges that are in order and apart. Null, undefined and NaN lie in none. */
export function within(ranges: readonly Range[]): (value: unknown) => boolean {
  if (ranges.length === 0) return () => false;
  if (ranges.length === 1) {
    const [from, to] = ranges[0]!;
    return (value) => isNumber(value) && value >= from && value <= to;
  }
  return (value) => {
    if (!isNumber(value)) return false;
    let [low, high] = [0, ranges.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (ranges[middle]![0] <= value) low = middle;
      else high = middle - 1;
    }
    return value >= ranges[low]![0] && value <= ranges[low]![1];
  };
}

/** Whether a value between two others may lie in one of the ranges. */
export function mayMeet(
  ranges: readonly Range[],
  least: number | bigint,
  greatest: number | bigint,
): boolean {
  return ranges.some(([from, to]) => least <= to && greatest >= from);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' || typeof value === 'bigint';
}
