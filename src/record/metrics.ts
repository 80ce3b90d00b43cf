import type { TableRing } from '../buffer/ring.ts';
import {
  LATENCY_SAMPLES,
  MEMORY_KB,
  STAT_BYTES,
  STAT_COMMITS,
  STAT_FAILED,
  STAT_LATENCIES,
  STAT_REJECTED,
  STAT_WRITTEN,
  STATE_FAILED,
  STATS_PER_TABLE,
  WRITER_STATE,
} from '../buffer/words.ts';
import type { Lane } from './lane.ts';

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
  /** Rows lost to a write error. */
  failed: number;
  /** Rows on their way. */
  pending: number;
  /** Bytes written, as they stand in the buffers; text and bytes not counted. */
  bytes: number;
}

export interface RecorderMetrics {
  readonly tables: Readonly<Record<string, Readonly<TableMetrics>>>;
  readonly buffer: {
    /** Bytes of segments that hold rows, bytes taken from the system, and the limit. */
    readonly bytesInUse: number;
    readonly bytesAllocated: number;
    readonly bytesLimit: number;
    /** `bytesInUse / bytesLimit`. */
    readonly utilization: number;
  };
  /** Milliseconds that the simulation waited for the writer. */
  readonly stallMs: number;
  readonly commits: number;
  /** Of the newest 1,024 commits, in milliseconds; NaN before the first. */
  readonly commitLatencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Rows a second since the call before, or since the start. */
  readonly appendRate: number;
  readonly state: 'open' | 'failed' | 'closed';
}

/** Adds up what the lane and the writer count. Cheap enough to ask each frame. */
export class MetricsReader {
  readonly #lane: Lane;
  readonly #limit: number;
  #latencies: RecorderMetrics['commitLatencyMs'] = { p50: Number.NaN, p99: Number.NaN, max: Number.NaN };
  #latenciesOf = 0;
  #lastTime = performance.now();
  #lastRows = 0;

  constructor(lane: Lane, bytesLimit: number) {
    this.#lane = lane;
    this.#limit = bytesLimit;
  }

  read(closed: boolean): RecorderMetrics {
    const lane = this.#lane;
    const { control, statistics } = lane.link;
    const tables: Record<string, TableMetrics> = {};
    let bytesInUse = 0;
    let rows = 0;
    for (const ring of lane.rings) {
      tables[ring.plan.name] = tableMetrics(ring, statistics);
      bytesInUse += ring.bytesInUse;
      rows += ring.count;
    }
    const failed = Atomics.load(control, WRITER_STATE) === STATE_FAILED;
    return {
      tables,
      buffer: {
        bytesInUse,
        bytesAllocated: Atomics.load(control, MEMORY_KB) * 1024,
        bytesLimit: this.#limit,
        utilization: bytesInUse / this.#limit,
      },
      stallMs: lane.overflow.stallMs,
      commits: statistics[STAT_COMMITS]!,
      commitLatencyMs: this.#commitLatencies(statistics),
      appendRate: this.#rate(rows),
      state: closed ? 'closed' : failed ? 'failed' : 'open',
    };
  }

  #rate(rows: number): number {
    const now = performance.now();
    const seconds = (now - this.#lastTime) / 1000;
    const rate = seconds > 0 ? (rows - this.#lastRows) / seconds : 0;
    this.#lastTime = now;
    this.#lastRows = rows;
    return rate;
  }

  #commitLatencies(statistics: Float64Array): RecorderMetrics['commitLatencyMs'] {
    const commits = statistics[STAT_COMMITS]!;
    if (commits === this.#latenciesOf) return this.#latencies;
    const samples = Math.min(commits, LATENCY_SAMPLES);
    const sorted = statistics.slice(STAT_LATENCIES, STAT_LATENCIES + samples).sort();
    const at = (share: number) => sorted[Math.min(samples - 1, Math.floor(share * samples))]!;
    this.#latencies = { p50: at(0.5), p99: at(0.99), max: sorted[samples - 1]! };
    this.#latenciesOf = commits;
    return this.#latencies;
  }
}

function tableMetrics(ring: TableRing, statistics: Float64Array): TableMetrics {
  const at = ring.index * STATS_PER_TABLE;
  // Taken before the writer's counters, which only grow, so that nothing is counted twice.
  const taken = ring.count;
  const written = statistics[at + STAT_WRITTEN]!;
  const failed = statistics[at + STAT_FAILED]!;
  const refused = statistics[at + STAT_REJECTED]!;
  const completed = completions(ring, written + refused, written + refused + failed);
  return {
    submitted:
      taken + ring.dropped + ring.rejected - completed.written - completed.failed - completed.pending,
    written: written - completed.written,
    dropped: ring.dropped,
    rejected: ring.rejected + refused,
    failed: failed - completed.failed,
    pending: taken - written - failed - refused - completed.pending,
    bytes: statistics[at + STAT_BYTES]!,
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
