import {
  LATENCY_SAMPLES,
  STAT_BYTES,
  STAT_COMMITS,
  STAT_FAILED,
  STAT_LATENCIES,
  STAT_REJECTED,
  STAT_WRITTEN,
  STATS_PER_TABLE,
} from '../buffer/words.ts';

/** The writer's counters, in memory that the producers read. Only the writer adds to them. */
export class Statistics {
  readonly #fields: Float64Array;

  constructor(fields: Float64Array) {
    this.#fields = fields;
  }

  written(table: number, rows: number, bytes: number): void {
    this.#add(table, STAT_WRITTEN, rows);
    this.#add(table, STAT_BYTES, bytes);
  }

  rejected(table: number, rows: number): void {
    this.#add(table, STAT_REJECTED, rows);
  }

  failed(table: number, rows: number): void {
    this.#add(table, STAT_FAILED, rows);
  }

  committed(ms: number): void {
    const commits = this.#fields[STAT_COMMITS]!;
    this.#fields[STAT_LATENCIES + (commits % LATENCY_SAMPLES)] = ms;
    this.#fields[STAT_COMMITS] = commits + 1;
  }

  #add(table: number, field: number, amount: number): void {
    this.#fields[table * STATS_PER_TABLE + field]! += amount;
  }
}
