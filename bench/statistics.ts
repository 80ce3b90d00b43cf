/** The middle of some figures: robust against a neighbour that takes the processor for a moment. */
export function median(figures: readonly number[]): number {
  return percentile(Float64Array.from(figures).sort(), 0.5);
}

/** Value at a share of sorted figures (nearest rank). */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

/**
 * Median of the ratios of figures that were taken one right after the other. Drift of the machine is in both, so it
 * cancels, which it does not in a ratio of medians.
 */
export function pairedRatio(ours: readonly number[], peer: readonly number[]): number {
  return median(ours.map((figure, i) => figure / peer[i]!));
}

/** Something that is measured, once a repetition. */
export interface Subject {
  readonly name: string;
  readonly measure: () => number | Promise<number>;
}

/**
 * Measures subjects in turn, again and again, so that all of them see the same machine. The order turns round with
 * each repetition: nobody always comes after the same neighbour.
 */
export async function interleave(
  subjects: readonly Subject[],
  repetitions: number,
  warmUps: number,
): Promise<Map<string, number[]>> {
  const figures = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  for (let repetition = -warmUps; repetition < repetitions; repetition++) {
    const order = Math.abs(repetition) % 2 === 0 ? subjects : [...subjects].reverse();
    for (const { name, measure } of order) {
      const figure = await measure();
      if (repetition >= 0) figures.get(name)!.push(figure);
    }
  }
  return figures;
}
