import { attributesOfText } from '../../formats/hdf5/attribute-text.ts';
import type { ChunkedDataset, FixedDataset, Hdf5Writer, RowData } from '../../formats/hdf5/index.ts';
import { ARRAYS, elementSize, storedNumber } from '../../formats/hdf5/types.ts';
import { invalidRows } from '../../formats/hdf5/values/row-data.ts';
import type { OwnDataset as Definition } from '../../schema/hdf5-objects.ts';
import { filtersFor } from './column-sets.ts';
import type { Hdf5Storage } from './options.ts';

/** A dataset of the user's own as it stands in a file that is continued. */
export interface HeldObject {
  readonly path: string;
  readonly definition: Definition;
  /** Rows that were given, of one in chunks. */
  readonly rows: number;
}

/** Takes the elements of a dataset of the user's own, as they come from `Hdf5Dataset.write`. */
export class OwnDataset {
  readonly path: string;
  readonly definition: Definition;
  readonly #writer: Hdf5Writer;
  readonly #storage: Hdf5Storage;
  /** The dataset in the file; null while it is not in memory. */
  #object: ChunkedDataset | FixedDataset | null = null;
  #rows: number;
  readonly #perRow: number;
  /** The first elements of a row whose others are still to come, and where they go. */
  #pending: { readonly element: number; readonly data: Uint8Array } | null = null;

  constructor(writer: Hdf5Writer, storage: Hdf5Storage, { path, definition, rows }: HeldObject) {
    this.path = path;
    this.definition = definition;
    this.#writer = writer;
    this.#storage = storage;
    this.#rows = rows;
    this.#perRow = definition.shape.slice(1).reduce((product, size) => product * size, 1);
  }

  get held(): HeldObject {
    return { path: this.path, definition: this.definition, rows: this.#rows };
  }

  /** Bytes of memory that it holds at the most. */
  get memory(): number {
    if (this.#object === null) return 0;
    const { dtype, shape, layout, chunkRows } = this.definition;
    const rowBytes = this.#perRow * elementSize(dtype);
    if (layout !== 'chunked') return (shape[0] ?? 1) * rowBytes;
    return Math.max(chunkRows === undefined ? 2 ** 16 : chunkRows * rowBytes, rowBytes);
  }

  /** Makes it in the file. @throws `InvalidConfig` */
  create(attributes: string): void {
    const { dtype, shape, layout, fill } = this.definition;
    if (layout === 'chunked') {
      const options = { ...this.#chunked(), attributes: attributesOfText(attributes) };
      this.#object = this.#writer.createDataset(this.path, options);
      return;
    }
    this.#object = this.#writer.createFixedDataset(this.path, {
      dtype,
      shape,
      compact: layout === 'compact',
      attributes: attributesOfText(attributes),
      ...fillOf(fill),
    });
  }

  /** Stores elements. @throws `InvalidBatch` where they do not go there */
  put(element: number, data: Uint8Array): void {
    if (this.definition.layout !== 'chunked') {
      (this.#open() as FixedDataset).put(this.#elements(data).data, element);
      return;
    }
    const dataset = this.#open() as ChunkedDataset;
    // A write may have been given up in the middle of a row: that row comes again.
    if (this.#pending !== null && this.#pending.element !== element) this.#pending = null;
    const from = this.#pending === null ? element : this.#rows * this.#perRow;
    const gap = from / this.#perRow - this.#rows;
    if (!Number.isInteger(gap) || gap < 0) {
      invalidRows(this.path, `elements from ${element} on, but ${this.#rows} rows are written`);
    }
    const all = this.#pending === null ? data : joined(this.#pending.data, data);
    const { data: elements, count, byteAt } = this.#elements(all);
    const rows = Math.floor(count / this.#perRow);
    if (gap > 0) dataset.appendFill(gap);
    dataset.append(firstOf(elements, rows * this.#perRow));
    this.#rows += gap + rows;
    const rest = all.subarray(byteAt(rows * this.#perRow));
    this.#pending = rest.length === 0 ? null : { element: from + count, data: rest };
  }

  /** Frees its memory, where it did not change since the last checkpoint. */
  unload(): void {
    this.#writer.unload(this.path);
    this.#object = null;
  }

  #open(): ChunkedDataset | FixedDataset {
    if (this.#object !== null) return this.#object;
    const { dtype, shape, layout, fill } = this.definition;
    this.#object =
      layout === 'chunked'
        ? this.#writer.openDataset(this.path, this.#chunked(), this.#rows)
        : this.#writer.openFixedDataset(this.path, {
            dtype,
            shape,
            compact: layout === 'compact',
            ...fillOf(fill),
          });
    return this.#object;
  }

  #chunked() {
    const { dtype, shape, maxRows, chunkRows, fill, ...asked } = this.definition;
    const { compression, compressionOpts, shuffle, fletcher32 } = { ...this.#storage, ...asked };
    const byDefault = filtersFor(dtype, { compression, compressionOpts, shuffle, fletcher32 });
    const rows = chunkRows === undefined ? {} : { chunkRows };
    return { dtype, shape, maxRows, ...rows, filters: byDefault, ...fillOf(fill) };
  }

  /** Elements as the writer takes them, and at which of the bytes one begins. */
  #elements(data: Uint8Array): { data: RowData; count: number; byteAt: (element: number) => number } {
    const { dtype } = this.definition;
    const number = storedNumber(dtype);
    if (number === null) return textsOf(data);
    const size = ARRAYS[number].BYTES_PER_ELEMENT;
    const count = data.length / size;
    const aligned = data.byteOffset % size === 0 ? data : data.slice();
    const array = ARRAYS[number] as unknown as new (
      buffer: ArrayBufferLike,
      at: number,
      count: number,
    ) => Float64Array;
    return {
      data: new array(aligned.buffer, aligned.byteOffset, count),
      count,
      byteAt: (element) => element * size,
    };
  }
}

function textsOf(data: Uint8Array): { data: RowData; count: number; byteAt: (element: number) => number } {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const spans: number[] = [];
  for (let at = 0; at < data.length; ) {
    const length = view.getUint32(at, true);
    spans.push(at + 4, length);
    at += 4 + length;
  }
  return {
    data: { bytes: data, spans: Uint32Array.from(spans) },
    count: spans.length / 2,
    byteAt: (element) => (spans[2 * element] ?? data.length + 4) - 4,
  };
}

function firstOf(data: RowData, count: number): RowData {
  if ('spans' in data) return { bytes: data.bytes, spans: data.spans.subarray(0, 2 * count) };
  return (data as Float64Array).subarray(0, count);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function fillOf(text: string | undefined): { fillValue?: number | bigint | boolean } {
  if (text === undefined) return {};
  return { fillValue: attributesOfText(text).fill as number | bigint | boolean };
}
