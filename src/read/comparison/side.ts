import type { StoredColumn } from '../../schema/plan.ts';
import { FRAMES } from '../../schema/time-source.ts';
import type { Reader, Run, TableBatch, TableInfo } from '../reader.ts';

/** One of two recordings that are compared: one run of a reader. */
export class Side {
  readonly reader: Reader;
  readonly run: Run;
  readonly #tables: ReadonlyMap<string, TableInfo>;
  readonly #firstIds = new Map<string, number>();

  constructor(reader: Reader, run: Run) {
    this.reader = reader;
    this.run = run;
    this.#tables = new Map(reader.tables().map((info) => [info.name, info]));
  }

  get tables(): readonly TableInfo[] {
    return [...this.#tables.values()];
  }

  info(table: string): TableInfo | undefined {
    return this.#tables.get(table);
  }

  batches(table: string, select: readonly string[], batchRows: number): AsyncIterableIterator<TableBatch> {
    return this.reader.table(table).batches({ run: this.run.runId, select, batchRows });
  }

  /**
   * The first id that the run gave out in a table, which ids and references count from: the second run of a file starts
   * where the first one ended. 0 for a table without ids.
   */
  async firstId(table: string): Promise<number> {
    const known = this.#firstIds.get(table);
    if (known !== undefined) return known;
    const id = this.#tables.get(table)?.id ?? null;
    const first = id === null ? 0 : await this.#readFirstId(table, id);
    this.#firstIds.set(table, first);
    return first;
  }

  /** What a reference counts from; 0 where it names no row id. */
  async origin({ kind, references }: StoredColumn): Promise<number> {
    if (kind !== 'ref' || references === undefined) return 0;
    return this.#tables.get(references.table)?.id === references.column ? this.firstId(references.table) : 0;
  }

  /** Simulation time of a frame in seconds, or null. */
  async timeOfFrame(frame: number): Promise<number | null> {
    if (!this.#tables.has(FRAMES)) return null;
    const { simulation_time } = await this.reader
      .table(FRAMES)
      .columns({ run: this.run.runId, select: ['simulation_time'], where: { frame }, limit: 1 });
    return (simulation_time!.values[0] as number | undefined) ?? null;
  }

  async #readFirstId(table: string, id: string): Promise<number> {
    const { [id]: data } = await this.reader
      .table(table)
      .columns({ run: this.run.runId, select: [id], limit: 1 });
    return (data!.values[0] as number | undefined) ?? 0;
  }
}
