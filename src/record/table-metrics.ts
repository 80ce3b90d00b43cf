import type { TableRing } from '../buffer/ring.ts';
import {
  COUNT_BYTES,
  COUNT_COMPLETIONS,
  COUNT_DISCARDED,
  COUNT_DROPPED,
  COUNT_FAILED,
  COUNT_REFUSED,
  COUNT_REJECTED,
  COUNT_TAKEN,
  COUNT_WRITTEN,
} from '../buffer/words.ts';

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
export function ringMetrics(ring: TableRing): TableMetrics {
  const { counters } = ring;
  // Taken before the writer's counters, which only grow, so that nothing is counted twice.
  const taken = ring.count - ring.discarded;
  const written = counters[COUNT_WRITTEN]!;
  const failed = counters[COUNT_FAILED]!;
  const refused = counters[COUNT_REFUSED]!;
  const settled = ring.discarded + written + refused;
  const completed = completions(ring, settled, settled + failed);
  return {
    submitted:
      taken + ring.dropped + ring.rejected - completed.written - completed.failed - completed.pending,
    written: written - completed.written,
    dropped: ring.dropped,
    rejected: ring.rejected + refused,
    failed: failed - completed.failed,
    pending: taken - written - failed - refused - completed.pending,
    bytes: counters[COUNT_BYTES]!,
  };
}

/** How many rows that completed an earlier one are written, failed and pending: rows settle in their order. */
function completions(
  ring: TableRing,
  stored: number,
  settled: number,
): Record<'written' | 'failed' | 'pending', number> {
  const { completions: counts, settledCompletions: done } = ring;
  let written = 0;
  while (written < counts.length && counts[written]! <= stored) written++;
  counts.splice(0, written);
  done.written += written;
  let failed = 0;
  while (failed < counts.length && counts[failed]! <= settled) failed++;
  counts.splice(0, failed);
  done.failed += failed;
  return { ...done, pending: counts.length };
}

/** The rows of a table that another thread gave, as far as it has published them, by what it and the writer count. */
export function laneMetrics(counters: Float64Array): TableMetrics {
  const [written, failed, refused, bytes, taken, dropped, rejected, completed, discarded] = [
    COUNT_WRITTEN,
    COUNT_FAILED,
    COUNT_REFUSED,
    COUNT_BYTES,
    COUNT_TAKEN,
    COUNT_DROPPED,
    COUNT_REJECTED,
    COUNT_COMPLETIONS,
    COUNT_DISCARDED,
  ].map((field) => counters[field]!) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
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
