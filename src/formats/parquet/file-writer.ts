import { SimtapeError } from '../../errors.ts';
import type { Batch, ParquetColumn } from './column.ts';
import { type IndexPlaces, writeFooter } from './footer.ts';
import type { Leaf } from './leaf.ts';
import type { EncodedRowGroup, PlacedRowGroup } from './meta.ts';
import type { EncodingOptions } from './options.ts';
import { writeColumnIndex, writeOffsetIndex } from './page-index.ts';
import { leavesOf, RowGroupEncoder } from './row-group.ts';

export interface ParquetWriterOptions extends EncodingOptions {
  readonly columns: readonly ParquetColumn[];
  /** What wrote the file, as `<application> version <version>`; readers look up known faults by it. */
  readonly createdBy?: string;
}

/** What is kept in a file beside its tables: texts by name. */
export type KeyValues = Readonly<Record<string, string>> | ReadonlyMap<string, string>;

/** `PAR1`, first and last in a file. Source: README.md, "File format". */
const MAGIC = Uint8Array.of(0x50, 0x41, 0x52, 0x31);

/**
 * Writes a Parquet file as byte chunks, to be appended in order. A row group is complete with the call that
 * writes it, and nothing but its description is kept; only {@link finish} makes the chunks a readable file.
 */
export class ParquetWriter {
  readonly #leaves: readonly Leaf[];
  readonly #encoder: RowGroupEncoder;
  readonly #createdBy: string;
  readonly #groups: PlacedRowGroup[] = [];
  #bytes = 0;
  #rows = 0;
  #finished = false;

  /** Throws `InvalidSchema` or `InvalidConfig`. */
  constructor(options: ParquetWriterOptions) {
    this.#leaves = leavesOf(options.columns, options);
    this.#encoder = new RowGroupEncoder(options.columns, options);
    this.#createdBy = options.createdBy ?? 'simtape version 1';
  }

  /** Bytes handed out so far: the size of the file. */
  get bytes(): number {
    return this.#bytes;
  }

  get rows(): number {
    return this.#rows;
  }

  get rowGroups(): number {
    return this.#groups.length;
  }

  /** The row groups so far, and where each stands in the file. */
  get placed(): readonly PlacedRowGroup[] {
    return this.#groups;
  }

  /**
   * Goes back to where the file had its first `rowGroups` row groups, also from behind its end: what a failed write
   * or rows that are taken back need. The file is to be cut to {@link bytes}, or overwritten from there on.
   */
  rewind(rowGroups: number): void {
    this.#groups.length = Math.min(rowGroups, this.#groups.length);
    this.#finished = false;
    const last = this.#groups.at(-1);
    this.#rows = this.#groups.reduce((sum, { rows }) => sum + rows, 0);
    this.#bytes =
      last === undefined ? 0 : last.columns.reduce((at, { compressed }) => at + compressed, last.offset);
  }

  /**
   * Encodes a batch as one row group; none of no rows. Where it throws, the writer is as it was before.
   * @throws `InvalidBatch` where the batch does not fit the columns.
   */
  writeRowGroup(batch: Batch): Uint8Array[] {
    this.#refuseFinished();
    return this.append(this.#encoder.encode(batch));
  }

  /** Places a row group that a {@link RowGroupEncoder} of the same columns made, here or on another thread. */
  append(encoded: EncodedRowGroup): Uint8Array[] {
    this.#refuseFinished();
    if (encoded.columns.length !== this.#leaves.length) {
      const what = `a row group of ${encoded.columns.length} columns for a file of ${this.#leaves.length}`;
      throw new SimtapeError('InvalidBatch', what, { column: '' });
    }
    if (encoded.rows === 0) return [];
    const out = this.#begin();
    const { rows, sorted, columns } = encoded;
    this.#groups.push({ rows, sorted, offset: this.#bytes, columns });
    this.#rows += rows;
    for (const chunk of encoded.chunks) this.#add(out, chunk);
    return out;
  }

  /** Ends the file: indexes, footer. */
  finish(metadata: KeyValues = {}): Uint8Array[] {
    this.#refuseFinished();
    this.#finished = true;
    const out = this.#begin();
    const indexes = this.#writeIndexes(out);
    const footer = writeFooter({
      leaves: this.#leaves,
      rowGroups: this.#groups,
      indexes,
      metadata: metadata instanceof Map ? [...metadata] : Object.entries(metadata),
      createdBy: this.#createdBy,
    });
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, footer.length, true);
    for (const chunk of [footer, length, MAGIC]) this.#add(out, chunk);
    return out;
  }

  /** Column indexes of all chunks, then all offset indexes, as PageIndex.md draws them. */
  #writeIndexes(out: Uint8Array[]): IndexPlaces[][] {
    const columnIndexes = this.#groups.map((group) =>
      group.columns.map(({ index }) => (index === null ? null : this.#add(out, writeColumnIndex(index)))),
    );
    return this.#groups.map((group, g) => {
      let start = group.offset;
      return group.columns.map((chunk, c) => {
        const offsetIndex = this.#add(out, writeOffsetIndex(chunk.pages, start));
        start += chunk.compressed;
        return { offsetIndex, columnIndex: columnIndexes[g]![c]! };
      });
    });
  }

  #begin(): Uint8Array[] {
    const out: Uint8Array[] = [];
    if (this.#bytes === 0) this.#add(out, MAGIC.slice());
    return out;
  }

  /** @returns where the chunk stands in the file. */
  #add(out: Uint8Array[], chunk: Uint8Array): [offset: number, length: number] {
    const offset = this.#bytes;
    out.push(chunk);
    this.#bytes += chunk.length;
    return [offset, chunk.length];
  }

  #refuseFinished(): void {
    if (this.#finished) {
      throw new SimtapeError('InvalidBatch', 'the Parquet file is finished already', { column: '' });
    }
  }
}
