import type { Run } from '../read/reader.ts';

/** Which axis of positions points up: along gravity where the run's configuration has a vector of it, else y. */
export function upwards(runs: readonly Run[]): string {
  const gravity = (runs[0]?.configuration as { gravity?: unknown } | null | undefined)?.gravity;
  if (typeof gravity !== 'object' || gravity === null) return 'y';
  const parts = Object.values(gravity)
    .slice(0, 3)
    .map((part) => Math.abs(Number(part)));
  return 'xyz'[parts.indexOf(Math.max(...parts))] ?? 'y';
}
