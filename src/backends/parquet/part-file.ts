import { closeSync, fsyncSync, ftruncateSync, openSync, renameSync, rmSync } from 'node:fs';
import {
  type EncodedRowGroup,
  freeChunks,
  type ParquetColumn,
  ParquetWriter,
  type PlacedRowGroup,
} from '../../formats/parquet/index.ts';
import { readInto } from '../whole-io.ts';
import type { Encoding } from './encoding.ts';
import { renameInPlace, temporaryName, writeAll } from './files.ts';
import { encoderFor, type GroupNotes, type RowGroup } from './row-group.ts';

/** How a file ends. */
export interface FileEnd {
  /** Makes what is kept beside the rows, once all of them are written. */
  readonly keyValues: () => Readonly<Record<string, string>>;
  /** Whether the file is to survive a loss of power. */
  readonly sync: boolean;
}

/**
 * A file of a run while it is written, under a hidden name. It is opened for each row group and not kept open, so
 * that any number of episodes can go on side by side. Where a call throws, it can be made again.
 */
export class PartFile {
  readonly path: string;
  /** Number of the file among those of its partition. */
  readonly part: number;
  readonly #temporary: string;
  readonly #createdBy: string;
  #columns: readonly ParquetColumn[];
  #writer: ParquetWriter;
  #notes: GroupNotes[] = [];
  /** Row groups that other threads are encoding, to be written behind the others. */
  readonly #expected: Encoding[] = [];
  #exists = false;
  /** Whether an attempt that failed, or rows that were taken back, may have left bytes behind the end. */
  #mayBeLonger = false;

  constructor(path: string, part: number, columns: readonly ParquetColumn[], createdBy: string) {
    this.path = path;
    this.part = part;
    this.#temporary = temporaryName(path);
    this.#createdBy = createdBy;
    this.#columns = columns;
    this.#writer = new ParquetWriter({ columns, createdBy });
  }

  /** Rows of all row groups, of those that are still being encoded too. */
  get rows(): number {
    return this.#expected.reduce((sum, { rows }) => sum + rows, this.#writer.rows);
  }

  get bytes(): number {
    return this.#writer.bytes;
  }

  /** How many row groups there are, those that are still being encoded too. */
  get rowGroups(): number {
    return this.#writer.rowGroups + this.#expected.length;
  }

  /** Of each row group. */
  get notes(): readonly GroupNotes[] {
    return this.#notes;
  }

  append(group: RowGroup): void {
    this.#writeExpected();
    this.#write(group, null);
  }

  /** Takes a row group that is still being encoded. */
  expect(encoding: Encoding): void {
    encoding.write = () => this.#writeExpected(encoding);
    this.#expected.push(encoding);
  }

  /** Writes what is left, then the footer, and gives the file its name. */
  complete(last: RowGroup | null, end: FileEnd): void {
    this.#writeExpected();
    const before = this.rowGroups;
    this.#write(last, end);
    try {
      renameInPlace(this.#temporary, this.path, end.sync);
    } catch (error) {
      // As if the last row group had not been written: the caller still has it.
      this.#rewind(before);
      throw error;
    }
    this.#exists = false;
  }

  /** Takes row groups back: all behind the first `rowGroups`. */
  truncate(rowGroups: number): void {
    while (this.#expected.length > 0 && this.rowGroups > rowGroups) this.#expected.pop()!.release();
    if (this.rowGroups > rowGroups) this.#rewind(rowGroups);
  }

  /** Deletes what was written. */
  discard(): void {
    for (const encoding of this.#expected.splice(0)) encoding.release();
    if (this.#exists) rmSync(this.#temporary, { force: true });
    this.#exists = false;
  }

  /** Adds columns, which are null in the row groups so far. Their pages stay as they are. */
  widen(columns: readonly ParquetColumn[]): void {
    if (columns.length === this.#columns.length) return;
    const wide = new ParquetWriter({ columns, createdBy: this.#createdBy });
    if (this.#exists) this.#copyTo(wide, columns);
    this.#columns = columns;
    this.#writer = wide;
  }

  /** Copies the row groups, each with the columns that it has not got, into a file that takes this one's place. */
  #copyTo(wide: ParquetWriter, columns: readonly ParquetColumn[]): void {
    const wider = `${this.#temporary}.tmp`;
    const from = openSync(this.#temporary, 'r');
    const to = openSync(wider, 'w');
    try {
      for (const group of this.#writer.placed) {
        const at = wide.bytes;
        writeAll(to, wide.append(withNulls({ ...group, chunks: [readGroup(from, group)] }, columns)), at);
      }
      renameSync(wider, this.#temporary);
    } catch (error) {
      rmSync(wider, { force: true });
      throw error;
    } finally {
      closeSync(from);
      closeSync(to);
    }
    this.#mayBeLonger = false;
  }

  #write(group: RowGroup | null, end: FileEnd | null): void {
    const before = this.#writer.rowGroups;
    const at = this.bytes;
    const file = openSync(this.#temporary, this.#exists ? 'r+' : 'w');
    this.#exists = true;
    try {
      const chunks: Uint8Array[] = [];
      if (group !== null) {
        chunks.push(...this.#writer.append(withNulls(group.encoded, this.#columns)));
        this.#notes.push({ facts: group.facts, outcomes: group.outcomes });
      }
      if (end !== null) chunks.push(...this.#writer.finish(end.keyValues()));
      writeAll(file, chunks, at);
      if (this.#mayBeLonger) ftruncateSync(file, this.bytes);
      this.#mayBeLonger = false;
      if (end?.sync) fsyncSync(file);
      freeChunks(chunks);
    } catch (error) {
      this.#rewind(before);
      throw error;
    } finally {
      closeSync(file);
    }
  }

  /** Waits for row groups and writes them, up to one of them or all. */
  #writeExpected(last?: Encoding): void {
    while (this.#expected.length > 0) {
      const encoding = this.#expected[0]!;
      this.#write(encoding.group(), null);
      this.#expected.shift();
      encoding.release();
      if (encoding === last) return;
    }
  }

  #rewind(rowGroups: number): void {
    this.#writer.rewind(rowGroups);
    this.#notes.length = rowGroups;
    this.#mayBeLonger = true;
  }
}

/** A row group with all columns of the file: those that its rows are older than are null. */
function withNulls(group: EncodedRowGroup, columns: readonly ParquetColumn[]): EncodedRowGroup {
  const missing = columns.slice(group.columns.length);
  if (missing.length === 0) return group;
  const { rows, sorted } = group;
  const nulls = encoderFor(missing, undefined).encode({
    rows,
    columns: missing.map(() => [{ rows, values: null }]),
  });
  return {
    rows,
    sorted,
    columns: [...group.columns, ...nulls.columns],
    chunks: [...group.chunks, ...nulls.chunks],
  };
}

function readGroup(file: number, { offset, columns }: PlacedRowGroup): Uint8Array {
  const bytes = new Uint8Array(columns.reduce((sum, { compressed }) => sum + compressed, 0));
  if (readInto(file, bytes, offset) < bytes.length)
    throw new Error('a file that is being written has lost its end');
  return bytes;
}
