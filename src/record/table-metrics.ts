import type { TableRing } from '../buffer/ring.ts';
import type { RowCounts } from '../buffer/row-counts.ts';

/** Rows of one table. Always: submitted = written + dropped + rejected + failed + pending. */
export interface TableMetrics {
  /** Rows that were given to the recorder. */
  submitted: number;
  /** Rows in the file. */
  written: number;
  /** Rows that the overflow policy dropped. */
  dropped: number;
  /** Rows refused for what they hold. */
  rejected: number;
  /** Rows lost to a write error, or with a thread that ended in the middle of a unit. */
  failed: number;
  /** Rows on their way. */
  pending: number;
  /** Bytes written, as they stand in the buffers; text and bytes not counted. */
  bytes: number;
}

export function addMetrics(sum: TableMetrics, metrics: Readonly<TableMetrics>): void {
  for (const key of Object.keys(sum) as (keyof TableMetrics)[]) sum[key] += metrics[key];
}

/** The rows of a table that this thread gave. */
export function ringMetrics({ count, counts }: TableRing): TableMetrics {
  const { dropped, rejected, discarded } = counts;
  // Taken before the writer's counters, which only grow, so that nothing is counted twice.
  const taken = count - discarded;
  const { written, failed, refused, bytes } = counts;
  const settled = discarded + written + refused;
  const completed = counts.completions(settled, settled + failed);
  return {
    submitted: taken + dropped + rejected - completed.written - completed.failed - completed.pending,
    written: written - completed.written,
    dropped,
    rejected: rejected + refused,
    failed: failed - completed.failed,
    pending: taken - written - failed - refused - completed.pending,
    bytes,
  };
}

/** The rows of a table that another thread gave, as far as it has published them, by what it and the writer count. */
export function laneMetrics(counts: RowCounts): TableMetrics {
  const { written, failed, refused, bytes, taken, dropped, rejected, completed, discarded } = counts;
  const open = Math.max(0, taken - discarded - written - failed - refused);
  // Which rows they are that complete earlier ones is known on that thread only: the last ones, as a rule.
  const onTheirWay = Math.min(completed, open);
  const stored = Math.min(completed - onTheirWay, written);
  return {
    submitted: written + failed + refused + open + dropped + rejected - onTheirWay - stored,
    written: written - stored,
    dropped,
    rejected: rejected + refused,
    failed,
    pending: open - onTheirWay,
    bytes,
  };
}
