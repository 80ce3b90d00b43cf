const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Counts as bars of one character each; a blank for none, so that few do not look like none. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(...counts);
  return counts
    .map((count) => (count === 0 ? ' ' : BARS[Math.ceil((count / most) * BARS.length) - 1]!))
    .join('');
}
