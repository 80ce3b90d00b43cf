import { RowCounts } from '../buffer/row-counts.ts';
import { COUNT_STALL_MS, COUNTERS, COUNTERS_OFFSET } from '../buffer/words.ts';
import { addMetrics, laneMetrics, type TableMetrics } from './table-metrics.ts';

interface OtherLane {
  readonly counters: Float64Array;
  /** Names of its tables, in its own order. */
  readonly tables: string[];
}

/** What the recorder knows of the lanes that record from other threads: their counters, also after they have ended. */
export class OtherLanes {
  readonly #lanes = new Map<number, OtherLane>();
  readonly #past = new Map<string, TableMetrics>();
  #pastStallMs = 0;

  /** Lanes that have not ended. */
  get count(): number {
    return this.#lanes.size;
  }

  get stallMs(): number {
    let sum = this.#pastStallMs;
    for (const { counters } of this.#lanes.values()) sum += counters[COUNT_STALL_MS]!;
    return sum;
  }

  /** @param buffer the lane block */
  add(lane: number, buffer: SharedArrayBuffer): void {
    this.#lanes.set(lane, { counters: new Float64Array(buffer, COUNTERS_OFFSET, COUNTERS), tables: [] });
  }

  nameTable(lane: number, table: number, name: string): void {
    const known = this.#lanes.get(lane);
    if (known !== undefined) known.tables[table] = name;
  }

  /** Keeps what a lane counted, and forgets the lane. */
  end(lane: number): void {
    const ended = this.#lanes.get(lane);
    if (ended === undefined) return;
    this.#lanes.delete(lane);
    addTables(this.#past, ended);
    this.#pastStallMs += ended.counters[COUNT_STALL_MS]!;
  }

  /** The rows of each table, of all these lanes together. */
  tables(): ReadonlyMap<string, Readonly<TableMetrics>> {
    const sums = new Map([...this.#past].map(([name, metrics]) => [name, { ...metrics }] as const));
    for (const lane of this.#lanes.values()) addTables(sums, lane);
    return sums;
  }
}

function addTables(sums: Map<string, TableMetrics>, { counters, tables }: OtherLane): void {
  for (const [table, name] of tables.entries()) {
    const metrics = laneMetrics(new RowCounts(counters, table));
    const known = sums.get(name);
    if (known === undefined) sums.set(name, metrics);
    else addMetrics(known, metrics);
  }
}
