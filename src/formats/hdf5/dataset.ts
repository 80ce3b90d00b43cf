import { SimtapeError, show } from '../../errors.ts';
import { UNDEFINED } from './byte-writer.ts';
import { compactMessages, constantMessages, type DatasetSpec } from './dataset-spec.ts';
import { FileObject, type Parent, type Stored } from './file-object.ts';
import type { FileParts } from './file-parts.ts';
import { type Chunk, ChunkIndex } from './index/chunk-index.ts';
import { writeDataspace } from './messages/dataspace.ts';
import { writeChunkedLayout } from './messages/layout.ts';
import { MESSAGE, type Message } from './messages/object-header.ts';
import { MOST_COMPACT } from './options.ts';
import type { NumberArray } from './types.ts';
import { ChunkBuffer } from './values/chunk-buffer.ts';
import { countElements, countNumbers, invalidRows, type RowData } from './values/row-data.ts';

/** What a dataset takes over that stands in a file. */
export interface StoredDataset extends Stored {
  readonly rows: number;
  readonly index: ChunkIndex;
  /** Address of the index. */
  readonly root: number;
  /** The last chunk where it is not full: its rows, and its bytes before filters. */
  readonly tail: { readonly rows: number; readonly bytes: Uint8Array } | null;
}

/** A dataset that grows along its first axis. Only the chunk that is being filled is in memory. */
export class ChunkedDataset extends FileObject {
  readonly #spec: DatasetSpec;
  readonly #buffer: ChunkBuffer;
  readonly #index: ChunkIndex;
  /** Address of the index. */
  #root: number;
  /** First row of the chunk that is being filled. */
  #start = 0;
  /** Whether the last chunk of the index is what the buffer held at the last checkpoint. */
  #hasTail = false;
  /** Whether the buffer, or the index, changed since. */
  #tailChanged = false;
  #indexChanged = false;
  #finished = false;

  constructor(
    spec: DatasetSpec,
    parent: Parent | null,
    parts: FileParts,
    stored: StoredDataset | null = null,
  ) {
    super(spec.path, parent, parts, stored);
    this.#spec = spec;
    this.#buffer = new ChunkBuffer(spec, spec.chunkRows);
    this.#index = stored?.index ?? new ChunkIndex(1 + spec.rowShape.length);
    this.#root = stored?.root ?? UNDEFINED;
    if (stored === null) return;
    this.#start = stored.rows;
    if (stored.tail === null) return;
    this.#start -= stored.tail.rows;
    this.#buffer.restore(stored.tail.bytes, stored.tail.rows);
    this.#hasTail = true;
  }

  /** Rows that were given. */
  get rows(): number {
    return this.#start + this.#buffer.rows;
  }

  /**
   * Adds rows. Those whose `validity` is 0 become fill values.
   * @throws `InvalidBatch`, having taken nothing, where the data do not fit.
   */
  append(data: RowData, validity: Uint8Array | null = null): void {
    const elements = countElements(this.path, this.#spec.dtype, data);
    const rows = elements / this.#spec.perRow;
    if (!Number.isInteger(rows))
      invalidRows(this.path, `${elements} elements are no rows of ${this.#spec.perRow}`);
    this.#admit(rows, validity);
    const direct = ArrayBuffer.isView(data) && validity === null && this.#spec.dtype !== 'bool';
    for (let from = 0; from < rows; ) {
      if (direct && this.#buffer.rows === 0 && rows - from >= this.#spec.chunkRows) {
        const start = (data as NumberArray).byteOffset + from * this.#spec.rowBytes;
        this.#store(
          new Uint8Array((data as NumberArray).buffer, start, this.#spec.chunkRows * this.#spec.rowBytes),
        );
        from += this.#spec.chunkRows;
        continue;
      }
      const some = Math.min(rows - from, this.#buffer.free);
      this.#buffer.copy(data, from, some, validity, this.parts.heap);
      this.#storeFull();
      from += some;
    }
  }

  /**
   * Adds rows whose elements stand in an array each: `x`, `y` and `z` of a dataset of the shape `[rows, 3]`.
   * @throws `InvalidBatch`, having taken nothing, where the data do not fit.
   */
  appendParts(parts: readonly NumberArray[], validity: Uint8Array | null = null): void {
    const counts = parts.map((part) => countNumbers(this.path, this.#spec.dtype, part));
    const rows = counts[0] ?? 0;
    if (parts.length !== this.#spec.perRow || counts.some((count) => count !== rows)) {
      invalidRows(
        this.path,
        `takes ${this.#spec.perRow} arrays of the same length, not of ${counts.join(', ')}`,
      );
    }
    this.#admit(rows, validity);
    for (let from = 0; from < rows; ) {
      const some = Math.min(rows - from, this.#buffer.free);
      this.#buffer.interleave(parts as readonly ArrayLike<number>[], from, some, validity);
      this.#storeFull();
      from += some;
    }
  }

  /** Adds rows of fill values. Whole chunks of them take no space. */
  appendFill(rows: number): void {
    if (!Number.isSafeInteger(rows) || rows < 0)
      invalidRows(this.path, `cannot be filled with ${show(rows)} rows`);
    this.#admit(rows, null);
    for (let left = rows; left > 0; ) {
      if (this.#buffer.rows === 0 && left >= this.#spec.chunkRows) {
        const chunks = Math.floor(left / this.#spec.chunkRows);
        this.#start += chunks * this.#spec.chunkRows;
        left -= chunks * this.#spec.chunkRows;
        continue;
      }
      const some = Math.min(left, this.#buffer.free);
      this.#buffer.fill(some);
      this.#storeFull();
      left -= some;
    }
  }

  override cost(): number {
    const { copies, last } = this.#index;
    const data = this.#tailChanged && this.#hasTail ? last!.size : 0;
    return super.cost() + data + (this.#tailChanged || this.#indexChanged ? copies : 0);
  }

  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    // A first chunk that is not full gets as many rows as there are.
    if (this.#start === 0) this.#tailChanged = this.#buffer.rows > 0;
    this.#indexChanged = !this.#index.isEmpty;
    this.touch();
  }

  protected messages(): Message[] {
    const { leastRows, maxRows, rowShape, elementSize } = this.#spec;
    if (this.#finished && this.#isSmall) {
      // What the last checkpoint had of it in a chunk.
      this.#index.release(this.parts.storage);
      const rows = Math.max(leastRows, this.rows);
      return compactMessages(this.#spec, rows, this.#buffer.view(rows));
    }
    if (this.#tailChanged) this.#storeTail();
    const chunkRows = this.#currentChunkRows();
    if (this.#indexChanged) {
      const end = this.#start + (this.#hasTail ? chunkRows : 0);
      this.#root = this.#index.write(end, this.#finished, this.parts.storage);
      this.#indexChanged = false;
    }
    const shape = [Math.max(leastRows, this.rows), ...rowShape];
    const layout = writeChunkedLayout(this.#root, [chunkRows, ...rowShape], elementSize);
    return [
      { type: MESSAGE.dataspace, data: writeDataspace(shape, [maxRows, ...rowShape]) },
      ...constantMessages(this.#spec, chunkRows),
      { type: MESSAGE.layout, data: layout },
    ];
  }

  /** Whether its data may stand within the header. */
  get #isSmall(): boolean {
    const { compactWhenSmall, leastRows, rowBytes } = this.#spec;
    const rows = Math.max(leastRows, this.rows);
    return compactWhenSmall && this.#start === 0 && rows > 0 && rows * rowBytes <= MOST_COMPACT;
  }

  #admit(rows: number, validity: Uint8Array | null): void {
    const { maxRows } = this.#spec;
    if (this.#finished) {
      const message = `${this.path} is finished and takes no more rows`;
      throw new SimtapeError('InvalidConfig', message, { key: 'path', value: this.path });
    }
    if (maxRows !== null && this.rows + rows > maxRows) {
      invalidRows(this.path, `${this.rows + rows} rows, but ${maxRows} is the most`);
    }
    if (validity !== null && validity.length !== rows) {
      invalidRows(this.path, `${validity.length} bytes of validity for ${rows} rows`);
    }
    if (rows > 0) {
      this.#tailChanged = true;
      this.touch();
    }
  }

  /** Rows of the chunks: while the first one is being filled, no more than it needs. */
  #currentChunkRows(): number {
    if (this.#start > 0 || this.#buffer.rows === 0) return this.#spec.chunkRows;
    if (this.#finished) return this.#buffer.rows;
    return Math.min(this.#spec.chunkRows, 2 ** Math.ceil(Math.log2(this.#buffer.rows)));
  }

  #storeFull(): void {
    if (!this.#buffer.isFull) return;
    this.#store(this.#buffer.view(this.#spec.chunkRows));
    this.#buffer.clear();
  }

  /** A full chunk. */
  #store(bytes: Uint8Array): void {
    this.#putChunk(bytes);
    this.#hasTail = false;
    this.#start += this.#spec.chunkRows;
  }

  /** The chunk that is not full: the next checkpoint, or the full chunk, takes its place. */
  #storeTail(): void {
    if (this.#buffer.rows > 0) {
      this.#putChunk(this.#buffer.view(this.#currentChunkRows()));
      this.#hasTail = true;
    }
    this.#tailChanged = false;
  }

  #putChunk(bytes: Uint8Array): void {
    const filtered = this.#spec.pipeline.apply(bytes);
    const { address, size } = this.parts.storage.place(filtered.bytes);
    const chunk: Chunk = { row: this.#start, address, size, mask: filtered.mask };
    if (this.#hasTail) this.parts.storage.release(this.#index.replaceLast(chunk));
    else this.#index.add(chunk, this.parts.storage);
    this.#indexChanged = true;
  }
}
