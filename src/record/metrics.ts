import {
  COUNT_STALL_MS,
  IN_USE_KB,
  LATENCY_SAMPLES,
  MEMORY_KB,
  STAT_COMMITS,
  STAT_LATENCIES,
  STATE_FAILED,
  WRITER_STATE,
} from '../buffer/words.ts';
import type { Lane } from './lane.ts';
import type { OtherLanes } from './other-lanes.ts';
import { addMetrics, ringMetrics, type TableMetrics } from './table-metrics.ts';

/** What became of the rows, and how full the buffers are. Numbers since the recorder was opened. */
export interface RecorderMetrics {
  /** Of all lanes together; of a lane that was joined, its own. */
  readonly tables: Readonly<Record<string, Readonly<TableMetrics>>>;
  /** Of all lanes together. */
  readonly buffer: {
    /** Bytes of segments that hold rows, bytes taken from the system, and the limit. */
    readonly bytesInUse: number;
    readonly bytesAllocated: number;
    readonly bytesLimit: number;
    /** `bytesInUse / bytesLimit`. */
    readonly utilization: number;
  };
  /** Lanes of other threads that have been attached and have not ended. */
  readonly lanes: number;
  /** Milliseconds that the simulation waited for the writer, summed over its threads. */
  readonly stallMs: number;
  readonly commits: number;
  /** Of the newest 1,024 commits, in milliseconds; NaN before the first. */
  readonly commitLatencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Rows a second since the call before, or since the start. */
  readonly appendRate: number;
  readonly state: 'open' | 'failed' | 'closed';
}

/** Adds up what the lanes and the writer count. Cheap enough to ask each frame. */
export class MetricsReader {
  readonly #lane: Lane;
  readonly #others: OtherLanes | null;
  readonly #limit: number;
  #latencies: RecorderMetrics['commitLatencyMs'] = { p50: Number.NaN, p99: Number.NaN, max: Number.NaN };
  #latenciesOf = 0;
  #lastTime = performance.now();
  #lastRows = 0;

  /** @param others lanes of other threads, where there may be any */
  constructor(lane: Lane, others: OtherLanes | null, bytesLimit: number) {
    this.#lane = lane;
    this.#others = others;
    this.#limit = bytesLimit;
  }

  read(closed: boolean): RecorderMetrics {
    const lane = this.#lane;
    const { control, statistics } = lane.link;
    const tables: Record<string, TableMetrics> = {};
    for (const ring of lane.rings) tables[ring.plan.name] = ringMetrics(ring);
    for (const [name, metrics] of this.#others?.tables() ?? []) {
      const known = tables[name];
      if (known === undefined) tables[name] = { ...metrics };
      else addMetrics(known, metrics);
    }
    const bytesInUse = Atomics.load(control, IN_USE_KB) * 1024;
    const failed = Atomics.load(control, WRITER_STATE) === STATE_FAILED;
    return {
      tables,
      buffer: {
        bytesInUse,
        bytesAllocated: Atomics.load(control, MEMORY_KB) * 1024,
        bytesLimit: this.#limit,
        utilization: bytesInUse / this.#limit,
      },
      lanes: this.#others?.count ?? 0,
      stallMs: lane.counters[COUNT_STALL_MS]! + (this.#others?.stallMs ?? 0),
      commits: statistics[STAT_COMMITS]!,
      commitLatencyMs: this.#commitLatencies(statistics),
      appendRate: this.#rate(Object.values(tables)),
      state: closed ? 'closed' : failed ? 'failed' : 'open',
    };
  }

  #rate(tables: readonly TableMetrics[]): number {
    const rows = tables.reduce(
      (sum, { submitted, dropped, rejected }) => sum + submitted - dropped - rejected,
      0,
    );
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
