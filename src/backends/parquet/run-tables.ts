import type { TablePlan } from '../../schema/plan.ts';
import type { Commit } from '../commit.ts';
import { indexByEpisode, type Piece } from '../files/episode-index.ts';
import type { Partition } from './partition.ts';
import { textBytes } from './slice-text.ts';
import { type RunFiles, Table } from './table.ts';

/** Share of the memory at which a single row group is written. */
const GROUP_SHARE = 0.3;
/** Share of the memory that is made free where there is none. */
const SPARE_SHARE = 0.1;

/**
 * All tables of a run. Taking a commit only copies it. What writing files comes to is kept until somebody asks: the
 * rows of a commit that was taken are safe in the journal, and the files are tried again with the next one.
 */
export class RunTables {
  readonly #files: RunFiles;
  readonly #tables = new Map<string, Table>();
  /** Partitions that have rows of the commit that is being taken. */
  readonly #touched = new Set<Partition>();
  /** Episodes that ended in the commit that is being taken. */
  readonly #ended = new Set<number>();
  /** Partitions that should be complete, but could not be written yet. */
  readonly #due = new Set<Partition>();
  readonly #groupBytes: number;
  #failure: { readonly error: unknown } | null = null;

  constructor(files: RunFiles) {
    this.#files = files;
    this.#groupBytes = Math.min(files.options.rowGroupBytes, files.memory.limit * GROUP_SHARE);
  }

  get all(): readonly Table[] {
    return [...this.#tables.values()];
  }

  get(name: string): Table | undefined {
    return this.#tables.get(name);
  }

  /** Makes a table, or gives it the columns that it has not got. Whether that changed anything. */
  add(plan: TablePlan, commitIsOpen: boolean): boolean {
    const known = this.#tables.get(plan.name);
    if (known !== undefined) return known.addColumns(plan, commitIsOpen);
    this.#tables.set(plan.name, new Table(this.#files, plan));
    return true;
  }

  /** Does what could not be done before. Throws where that fails again. */
  catchUp(): void {
    this.#failure = null;
    for (const partition of this.#due) this.#complete(partition);
    if (this.#failure !== null) throw (this.#failure as { readonly error: unknown }).error;
  }

  /** Writes the largest row groups until there is room for so many bytes. Throws where one cannot be written. */
  makeRoom(bytes: number): void {
    const { memory, encoders } = this.#files;
    if (memory.used + bytes <= memory.limit) return;
    for (const table of this.#tables.values()) table.builders.releaseSpare();
    const largestFirst = this.#partitions().sort((a, b) => b.builder.allocated - a.builder.allocated);
    // Somewhat more than is needed, so that this is not to be done for every few rows.
    const isEnough = () => memory.used + bytes <= memory.limit * (1 - SPARE_SHARE);
    while (!isEnough() && encoders?.writeOldest());
    for (const partition of largestFirst) {
      if (isEnough()) return;
      partition.cutAll();
      partition.builder.release();
      while (!isEnough() && encoders?.writeOldest());
    }
  }

  /** Copies the rows of a commit, or of a part of one. Where it is the last part, ended episodes are written. */
  take(commit: Commit): void {
    const { open } = commit;
    // With its last part, the commit is whole: nothing of it will be taken back.
    if (!open) for (const partition of this.#touched) partition.settle();
    for (const { plan, slices } of commit.tables) {
      if (this.#tables.get(plan.name)!.byEpisode) continue;
      for (const slice of slices) {
        this.#takePiece(commit, null, {
          table: plan.name,
          slice,
          from: slice.from,
          to: slice.to,
          rows: null,
        });
      }
    }
    const split = commit.tables.filter(({ plan }) => this.#tables.get(plan.name)!.byEpisode);
    for (const [episode, { pieces, ended }] of indexByEpisode(split)) {
      for (const piece of pieces) this.#takePiece(commit, episode, piece);
      if (ended) this.#ended.add(episode);
      // All its rows have been taken, so that the next episode of the commit can use its builders.
      if (!open) this.#finish(episode);
    }
    if (!open) for (const episode of this.#ended) this.#finish(episode);
  }

  /** Forgets what was taken of a commit that is not whole. */
  takeBack(): void {
    for (const partition of this.#touched) if (!partition.takeBack()) partition.table.forget(partition);
    this.#touched.clear();
    this.#ended.clear();
  }

  /** Completes the files that have become large enough. Only between commits. */
  completeFull(): void {
    this.#try(() => this.#files.encoders?.writeReady());
    const { maxFileBytes, maxFileRows, maxOpenFiles } = this.#files.options;
    for (const partition of this.#touched) {
      if (partition.fileBytes >= maxFileBytes || partition.rows >= maxFileRows) this.#complete(partition);
    }
    this.#touched.clear();
    for (const table of this.#tables.values()) {
      // The ones that have waited longest for rows.
      for (const partition of table.partitions.values()) {
        if (table.partitions.size <= maxOpenFiles || this.#failure !== null) break;
        this.#complete(partition);
      }
    }
  }

  /** Gives every row a file with a name. Failures are kept for {@link catchUp}. */
  completeAll(): void {
    for (const partition of this.#partitions()) this.#complete(partition);
  }

  /** Number of the last commit up to which all rows are in files with a name, where `last` was the last one. */
  heldUpTo(last: number): number {
    let held = last;
    for (const { firstCommit } of this.#partitions()) {
      if (firstCommit > 0) held = Math.min(held, firstCommit - 1);
    }
    return held;
  }

  #partitions(): Partition[] {
    return this.all.flatMap(({ partitions }) => [...partitions.values()]);
  }

  /** Copies a piece; row groups that are full, or for which there is no memory, are written meanwhile. */
  #takePiece({ number, open }: Commit, episode: number | null, piece: Piece): void {
    const { slice, from, to, rows } = piece;
    const table = this.#tables.get(piece.table)!;
    if (table.isHeld(episode, number)) return;
    const partition = table.partition(episode);
    this.#touched.add(partition);
    if (open) partition.mark();
    const bytes = partition.builder.needs(rows?.length ?? to - from) + textBytes(slice, from, to, rows);
    if (bytes > 0) this.#try(() => this.makeRoom(bytes));
    partition.take(number, slice, from, to, rows);
    if (partition.builder.rows >= table.rowLimit) this.#try(() => partition.cutFull(table.rowLimit));
    if (partition.builder.bytes >= this.#groupBytes) this.#try(() => partition.cutAll());
  }

  #finish(episode: number): void {
    if (!this.#ended.delete(episode)) return;
    for (const table of this.#tables.values()) {
      const partition = table.byEpisode ? table.partitions.get(episode) : undefined;
      if (partition !== undefined) this.#complete(partition);
    }
  }

  #complete(partition: Partition): void {
    this.#due.add(partition);
    this.#try(() => {
      partition.complete();
      this.#due.delete(partition);
      this.#touched.delete(partition);
      if (partition.episode !== null) partition.table.forget(partition);
    });
  }

  /** After a failure nothing more is tried until the next commit: it would fail too, as a rule. */
  #try(action: () => void): void {
    if (this.#failure !== null) return;
    try {
      action();
    } catch (error) {
      this.#failure = { error };
    }
  }
}
