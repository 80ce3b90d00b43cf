/** Numbers from the first to the second, both included. */
export type Range = readonly [from: number, to: number];

/** The ranges in their order, those that touch or overlap made one; `step` is what lies between neighbours (1 of integers). */
function union(ranges: readonly Range[], step: number): readonly Range[] {
  const united: [number, number][] = [];
  for (const [from, to] of ranges.filter((range) => range[0] <= range[1]).sort((a, b) => a[0] - b[0])) {
    const last = united.at(-1);
    if (last !== undefined && from <= last[1] + step) last[1] = Math.max(last[1], to);
    else united.push([from, to]);
  }
  return united;
}

/** Integers as ranges, which of neighbours are one. */
export function rangesOf(integers: Iterable<number>): readonly Range[] {
  return union(
    Array.from(integers, (integer): Range => [integer, integer]),
    1,
  );
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
