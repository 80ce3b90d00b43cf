import type { StoredColumn } from '../../src/index.ts';

/** What a second is in a column of instants, which people read as dates; null for a column of anything else. */
export function secondsOf({ kind, clock, unit }: StoredColumn): number | null {
  if (kind === 'timestamp') return 1e9;
  return clock === 'wall' && (unit ?? 's') === 's' ? 1 : null;
}
