import { LATENCY_SAMPLES, STAT_COMMITS, STAT_LATENCIES } from '../buffer/words.ts';

/** How many commits there were and how long they took, in memory that the producers read. */
export class CommitTimes {
  readonly #fields: Float64Array;

  /** @param fields the statistics block */
  constructor(fields: Float64Array) {
    this.#fields = fields;
  }

  committed(ms: number): void {
    const commits = this.#fields[STAT_COMMITS]!;
    this.#fields[STAT_LATENCIES + (commits % LATENCY_SAMPLES)] = ms;
    this.#fields[STAT_COMMITS] = commits + 1;
  }
}
