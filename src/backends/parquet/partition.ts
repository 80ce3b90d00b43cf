import type { ParquetColumn } from '../../formats/parquet/index.ts';
import type { TablePlan } from '../../schema/plan.ts';
import type { Slice } from '../commit.ts';
import type { BuilderStock } from './builder-stock.ts';
import type { Encoding } from './encoding.ts';
import type { PartFile } from './part-file.ts';
import type { RowBuilder, Sources } from './row-builder.ts';
import type { RowGroup } from './row-group.ts';

/** What a partition needs of its table. */
export interface PartitionOwner {
  readonly builders: Pick<BuilderStock, 'successor'>;
  /** Whether files are to survive a loss of power. */
  readonly sync: boolean;
  /** Which fields of a slice with a plan fill the columns of the table. */
  sourcesOf(plan: TablePlan): Sources;
  /** The first rows of a builder as a row group. */
  encode(builder: RowBuilder, rows: number): RowGroup;
  /** The same through another thread, whose builder it is from then on; null where that is not to be. */
  encodeAside(builder: RowBuilder, rows: number): Encoding | null;
  newFile(episode: number | null): PartFile;
  /** What a file says of itself. */
  keyValues(partition: Partition, file: PartFile): Record<string, string>;
  /** A file has its name. */
  completed(file: PartFile): void;
  /** Drops a partition that has no rows. */
  forget(partition: Partition): void;
}

/** What a partition was when a commit began to add to it. */
interface Mark {
  rows: number;
  file: PartFile | null;
  rowGroups: number;
  readonly firstCommit: number;
  readonly lastCommit: number;
}

/**
 * Rows of a table, or of one episode of it, that are in no file with a name yet: some in row groups of a hidden file,
 * the newest in a builder. Files hold whole commits, in order.
 */
export class Partition {
  readonly table: PartitionOwner;
  /** Null where the table is not split by episode. */
  readonly episode: number | null;
  #builder: RowBuilder;
  #file: PartFile | null = null;
  #firstCommit = 0;
  #lastCommit = 0;
  #mark: Mark | null = null;

  constructor(table: PartitionOwner, episode: number | null, builder: RowBuilder) {
    this.table = table;
    this.episode = episode;
    this.#builder = builder;
  }

  get builder(): RowBuilder {
    return this.#builder;
  }

  /** Number of the first commit that is in no file with a name; 0 where all are. */
  get firstCommit(): number {
    return this.#firstCommit;
  }

  /** Number of the last commit that added rows. */
  get lastCommit(): number {
    return this.#lastCommit;
  }

  /** Rows that are in no file with a name. */
  get rows(): number {
    return this.builder.rows + (this.#file?.rows ?? 0);
  }

  /** Bytes of the hidden file. */
  get fileBytes(): number {
    return this.#file?.bytes ?? 0;
  }

  /** Remembers what it is, so that what is taken from now on can be taken back. */
  mark(): void {
    this.#mark ??= {
      rows: this.builder.rows,
      file: this.#file,
      rowGroups: this.#file?.rowGroups ?? 0,
      firstCommit: this.#firstCommit,
      lastCommit: this.#lastCommit,
    };
  }

  /** Takes rows `from` to `to` of a slice, or those listed. */
  take(commit: number, slice: Slice, from: number, to: number, rows: Int32Array | null): void {
    const sources = this.table.sourcesOf(slice.plan);
    if (rows === null) this.builder.append(slice, sources, from, to);
    else this.builder.appendRows(slice, sources, rows);
    if (this.#firstCommit === 0) this.#firstCommit = commit;
    this.#lastCommit = commit;
  }

  /** The commit is whole: its rows will not be taken back. */
  settle(): void {
    this.#mark = null;
  }

  /** Forgets the rows since the last whole commit. Whether any are left. */
  takeBack(): boolean {
    const mark = this.#mark;
    if (mark !== null) {
      this.builder.truncate(mark.rows);
      if (mark.file === null) this.#file?.discard();
      else mark.file.truncate(mark.rowGroups);
      this.#file = mark.file;
      this.#firstCommit = mark.firstCommit;
      this.#lastCommit = mark.lastCommit;
      this.#mark = null;
    }
    return this.rows > 0;
  }

  /** Writes row groups of `limit` rows while there are so many. */
  cutFull(limit: number): void {
    while (this.builder.rows >= limit) this.#cut(limit);
  }

  /** Writes all rows as a row group; as two, where those of an open commit may still be taken back. */
  cutAll(): void {
    while (this.builder.rows > 0) this.#cut(this.builder.rows);
  }

  /** Writes what is left and gives the file its name. Only between commits. */
  complete(): void {
    this.settle();
    if (this.rows === 0) {
      this.#file?.discard();
      this.#file = null;
      return;
    }
    const { builder, table } = this;
    const file = this.#file ?? table.newFile(this.episode);
    this.#file = file;
    const last = builder.rows === 0 ? null : table.encode(builder, builder.rows);
    file.complete(last, { keyValues: () => table.keyValues(this, file), sync: table.sync });
    table.completed(file);
    builder.truncate(0);
    this.#file = null;
    this.#firstCommit = 0;
  }

  /** Whether it has row groups in a file, so that its columns are fixed. */
  get hasFile(): boolean {
    return this.#file !== null;
  }

  /** Gives the hidden file further columns. */
  widenFile(columns: readonly ParquetColumn[]): void {
    this.#file?.widen(columns);
  }

  #cut(rows: number): void {
    const mark = this.#mark;
    // Rows of whole commits never share a row group with rows that may be taken back.
    const count = mark !== null && mark.rows > 0 ? Math.min(rows, mark.rows) : rows;
    this.#file ??= this.table.newFile(this.episode);
    const aside = this.table.encodeAside(this.#builder, count);
    if (aside === null) {
      this.#file.append(this.table.encode(this.#builder, count));
      this.#builder.drop(count);
    } else {
      this.#file.expect(aside);
      this.#builder = this.table.builders.successor(this.#builder, count);
    }
    if (mark === null || mark.rows === 0) return;
    mark.rows -= count;
    mark.file = this.#file;
    mark.rowGroups = this.#file.rowGroups;
  }
}
