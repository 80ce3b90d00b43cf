import type { Codec, ParquetColumn, RowGroupEncoder } from '../../formats/parquet/index.ts';
import type { StoredColumn, TablePlan } from '../../schema/plan.ts';
import { joinPlans, storedColumns } from '../files/plans.ts';
import { BuilderStock } from './builder-stock.ts';
import { joinAllFacts } from './column-facts.ts';
import { completedBatch } from './completed-rows.ts';
import type { EncoderPool } from './encoder-pool.ts';
import type { Encoding } from './encoding.ts';
import { fileMetadata, METADATA_KEY } from './file-metadata.ts';
import type { HeldTable } from './held.ts';
import type { Layout } from './layout.ts';
import type { Memory } from './memory.ts';
import type { ParquetOptions } from './options.ts';
import { outcomesOf, type RunOutcomes } from './outcomes.ts';
import { PartFile } from './part-file.ts';
import { PartNames } from './part-names.ts';
import { Partition, type PartitionOwner } from './partition.ts';
import { parquetColumns, sourcesFor } from './plans.ts';
import type { RowBuilder, Sources } from './row-builder.ts';
import { encodeRows, encoderFor, type RowGroup } from './row-group.ts';
import { TableStatistics } from './statistics.ts';

/** What all tables of a run share. */
export interface RunFiles {
  readonly folder: string;
  readonly layout: Layout;
  readonly options: ParquetOptions;
  readonly codec: Codec | undefined;
  /** Threads that encode large row groups; null where the writer does it. */
  readonly encoders: EncoderPool | null;
  readonly memory: Memory;
  /** Whether files are to survive a loss of power. */
  readonly sync: boolean;
  readonly createdBy: string;
  /** What every file says of its run, as members of a JSON object. */
  readonly runJson: string;
  readonly outcomes: RunOutcomes;
}

/** Below this, compressing costs more time than the bytes are worth: a call of the codec for every column. */
const SMALL_BYTES = 16 * 1024;
/** Below this, another thread would be asked for longer than it works. */
const MIN_BYTES_ASIDE = 256 * 1024;

/** A table of a run: how its rows become row groups, and its partitions. */
export class Table implements PartitionOwner {
  readonly byEpisode: boolean;
  readonly statistics: TableStatistics = new TableStatistics();
  /** By episode; under null where the table is not split. The one that was added to last comes last. */
  readonly partitions: Map<number | null, Partition> = new Map();
  readonly builders: BuilderStock;
  /** Rows and files that have their name. */
  rows = 0;
  files = 0;
  readonly #run: RunFiles;
  readonly #names: PartNames;
  #plan: TablePlan;
  /** The columns of a row, the row id first. */
  #stored!: readonly StoredColumn[];
  #columns!: readonly ParquetColumn[];
  #encoder!: RowGroupEncoder;
  #smallEncoder!: RowGroupEncoder;
  #sources = new WeakMap<TablePlan, Sources>();
  readonly #held = new Map<number | null, number>();
  #planJson = '';

  /** @throws `InvalidConfig` for an encoding that a column cannot have */
  constructor(run: RunFiles, plan: TablePlan) {
    this.#run = run;
    this.#plan = plan;
    this.byEpisode = run.layout.isByEpisode(plan.name);
    this.#names = new PartNames(run.folder, run.layout, plan.name);
    this.builders = new BuilderStock(run.memory, run.encoders);
    this.#prepare(plan);
  }

  get plan(): TablePlan {
    return this.#plan;
  }

  get sync(): boolean {
    return this.#run.sync;
  }

  /** Rows of a full row group. */
  get rowLimit(): number {
    const values = this.#stored.reduce((sum, { length }) => sum + (length ?? 1), 0);
    return Math.max(1, Math.floor(this.#run.options.rowGroupValues / values));
  }

  partition(episode: number | null): Partition {
    const known = this.partitions.get(episode);
    if (known !== undefined) {
      if (this.byEpisode) {
        this.partitions.delete(episode);
        this.partitions.set(episode, known);
      }
      return known;
    }
    const made = new Partition(this, episode, this.builders.take());
    this.partitions.set(episode, made);
    return made;
  }

  /** Goes on behind files that are there already. */
  resume({ rows, files, lastPart, lastCommits, facts, outcomes }: HeldTable): void {
    this.rows = rows;
    this.files = files;
    this.#names.resume(lastPart);
    for (const [episode, commit] of lastCommits) this.#held.set(episode, commit);
    if (files > 0) this.statistics.add(this.#stored, rows, facts);
    for (const outcome of outcomes) this.#run.outcomes.add(outcome, true);
  }

  /** Whether rows of a commit are in a file with a name, from before this recorder took the run over. */
  isHeld(episode: number | null, commit: number): boolean {
    return commit <= (this.#held.get(episode) ?? 0);
  }

  /** Drops a partition that has no rows. */
  forget(partition: Partition): void {
    this.partitions.delete(partition.episode);
    this.builders.recycle(partition.builder);
  }

  sourcesOf(plan: TablePlan): Sources {
    let sources = this.#sources.get(plan);
    if (sources === undefined) {
      sources = sourcesFor(this.#plan, plan);
      this.#sources.set(plan, sources);
    }
    return sources;
  }

  /**
   * Takes the columns that it has not got. Rows of an open commit stay in one file; other files that have row groups
   * are completed.
   * @returns whether there were any
   * @throws `SchemaMismatch`, `InvalidConfig`, and what the file system throws; the table is as it was then
   */
  addColumns(wanted: TablePlan, commitIsOpen: boolean): boolean {
    const plan = joinPlans(this.#plan, wanted);
    if (plan === this.#plan) return false;
    if (!commitIsOpen)
      for (const partition of this.partitions.values()) if (partition.hasFile) partition.complete();
    // Files first, which may fail: one that is wider than its table takes rows all the same.
    const columns = parquetColumns(plan, this.#run.options.encodings);
    for (const partition of this.partitions.values()) partition.widenFile(columns);
    this.#prepare(plan);
    for (const { builder } of this.partitions.values()) builder.widen(this.#stored);
    return true;
  }

  /** The first rows of a builder as a row group. */
  encode(builder: RowBuilder, rows: number): RowGroup {
    const { key } = this.#plan;
    const keyColumn = key === null ? -1 : this.#stored.findIndex(({ name }) => name === key);
    const batch =
      key === null ? builder.batch(rows) : completedBatch(builder, rows, this.#stored.length, keyColumn);
    const encoder = builder.bytes < SMALL_BYTES ? this.#smallEncoder : this.#encoder;
    const outcomes = this.#plan.name === 'episodes' ? outcomesOf(this.#stored, batch) : [];
    return { ...encodeRows(encoder, this.#columns, batch), outcomes };
  }

  /**
   * Gives the first rows of a builder to another thread, which may wait for room there; null where there is none, or
   * where that would not pay. The builder is the other thread's from then on.
   * @throws what writing earlier row groups comes to
   */
  encodeAside(builder: RowBuilder, rows: number): Encoding | null {
    const { encoders } = this.#run;
    if (encoders === null || this.#plan.key !== null || builder.bytes < MIN_BYTES_ASIDE) return null;
    const columns = this.#columns;
    const encoder = this.#encoder;
    return encoders.submit({
      columns,
      builder,
      rows,
      encodeHere: () => ({ ...encodeRows(encoder, columns, builder.batch(rows)), outcomes: [] }),
      recycle: () => this.builders.recycle(builder),
    });
  }

  newFile(episode: number | null): PartFile {
    const { path, part } = this.#names.next(episode);
    return new PartFile(path, part, this.#columns, this.#run.createdBy);
  }

  keyValues({ episode, firstCommit, lastCommit }: Partition, file: PartFile): Record<string, string> {
    const content = { table: this.#plan.name, episode, firstCommit, lastCommit };
    return { [METADATA_KEY]: fileMetadata(this.#run.runJson, this.#planJson, this.#stored, content, file) };
  }

  /** A file has its name. */
  completed(file: PartFile): void {
    this.rows += file.rows;
    this.files++;
    this.statistics.add(this.#stored, file.rows, joinAllFacts(file.notes.map(({ facts }) => facts)));
    const isFirst = !this.byEpisode || file.part === 1;
    for (const { outcomes } of file.notes) {
      for (const outcome of outcomes) this.#run.outcomes.add(outcome, isFirst);
    }
  }

  #prepare(plan: TablePlan): void {
    const columns = parquetColumns(plan, this.#run.options.encodings);
    this.#encoder = encoderFor(columns, this.#run.codec);
    this.#smallEncoder = encoderFor(columns, undefined);
    this.#columns = columns;
    this.#stored = storedColumns(plan);
    this.#plan = plan;
    this.#planJson = JSON.stringify(plan);
    this.#sources = new WeakMap();
    this.builders.setUp(this.#stored, this.rowLimit);
  }
}
