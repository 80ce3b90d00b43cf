import { SimtapeError } from '../../errors.ts';
import { FileObject, type Parent, type Stored } from './file-object.ts';
import type { FileParts } from './file-parts.ts';
import { writeDataspace } from './messages/dataspace.ts';
import { writeDatatype } from './messages/datatype.ts';
import { writeCompactLayout, writeContiguousLayout, writeFillValue } from './messages/layout.ts';
import { MESSAGE, type Message } from './messages/object-header.ts';
import { attributesOf, type FixedOptions, fillBytes, MOST_COMPACT, refuseShape } from './options.ts';
import { readBytes } from './reading/byte-reader.ts';
import type { Placed } from './storage.ts';
import { elementSize } from './types.ts';
import { ChunkBuffer } from './values/chunk-buffer.ts';
import { countElements, invalidRows, type RowData } from './values/row-data.ts';

/** What a dataset takes over that stands in a file: its data, or where those are. */
export interface StoredFixed extends Stored {
  readonly data: Uint8Array | Placed;
}

/**
 * A dataset of a fixed shape. A shape of no sizes is a single value. Elements may be written anywhere, and over; each
 * checkpoint after that stores all of them anew.
 */
export class FixedDataset extends FileObject {
  readonly #options: FixedOptions;
  readonly #datatype: Uint8Array;
  readonly #fill: Uint8Array | null;
  readonly #size: number;
  readonly #elements: number;
  /** The data; null while they stand in the file, as they are there. */
  #bytes: Uint8Array | null = null;
  #placed: Placed | null = null;
  #isStored: boolean;

  /** @throws `InvalidConfig` or `InvalidBatch` */
  constructor(
    path: string,
    parent: Parent | null,
    parts: FileParts,
    options: FixedOptions,
    stored: StoredFixed | null = null,
  ) {
    super(path, parent, parts, stored);
    const { dtype, shape, data } = options;
    refuseShape(path, shape, 0);
    this.#options = { dtype, shape, ...(options.compact === undefined ? {} : { compact: options.compact }) };
    this.#datatype = writeDatatype(dtype);
    this.#fill = fillBytes(path, options);
    this.#elements = shape.reduce((product, size) => product * size, 1);
    this.#size = elementSize(dtype);
    this.#isStored = stored !== null;
    if (stored !== null) {
      if (stored.data instanceof Uint8Array) this.#bytes = stored.data;
      else this.#placed = stored.data;
      return;
    }
    const elements = data === undefined ? 0 : countElements(path, dtype, data);
    if (data !== undefined && elements !== this.#elements) {
      invalidRows(path, `${elements} elements, but its shape has ${this.#elements}`);
    }
    this.#bytes = this.#encode(data ?? null, this.#elements);
    this.setAttributes(attributesOf(options));
  }

  /**
   * Writes elements from `at` on; the last axis is the one whose elements stand side by side.
   * @throws `InvalidBatch`, having taken nothing, where the data do not fit; `InvalidConfig` where it was stored
   *   before in a file that cannot be read back
   */
  put(data: RowData, at = 0): void {
    const count = countElements(this.path, this.#options.dtype, data);
    if (at + count > this.#elements) {
      invalidRows(this.path, `elements up to ${at + count}, but its shape has ${this.#elements}`);
    }
    if (count === 0) return;
    const bytes = this.#load();
    bytes.set(this.#encode(data, count), at * this.#size);
    this.#bytes = bytes;
    this.#isStored = false;
    this.touch();
  }

  override cost(): number {
    return super.cost() + (this.#isStored ? 0 : (this.#placed?.size ?? 0));
  }

  finish(): void {}

  /** The messages that do not tell of the data. */
  constants(): Message[] {
    const { shape } = this.#options;
    const layout = this.#isCompact ? 'compact' : 'contiguous';
    return [
      { type: MESSAGE.dataspace, data: writeDataspace(shape) },
      { type: MESSAGE.datatype, data: this.#datatype, flags: 1 },
      { type: MESSAGE.fillValue, data: writeFillValue(layout, this.#fill), flags: 1 },
    ];
  }

  protected messages(): Message[] {
    return [...this.constants(), { type: MESSAGE.layout, data: this.#layout() }];
  }

  get #isCompact(): boolean {
    const bytes = this.#elements * this.#size;
    return bytes === 0 || (bytes <= MOST_COMPACT && this.#options.compact !== false);
  }

  #layout(): Uint8Array {
    const { storage } = this.parts;
    if (this.#isCompact) {
      this.#isStored = true;
      return writeCompactLayout(this.#bytes!);
    }
    if (!this.#isStored) {
      this.#placed = storage.replace(this.#placed, this.#bytes!);
      this.#isStored = true;
      this.#bytes = null;
    }
    return writeContiguousLayout(this.#placed!.address, this.#placed!.size);
  }

  /** The data, to be changed. */
  #load(): Uint8Array {
    if (this.#bytes !== null) return this.#bytes;
    const { source } = this.parts;
    if (source !== null) return readBytes(source, this.#placed!.address, this.#placed!.size);
    const message = `${this.path} is stored, and the file cannot be read: give readBack to write to it again`;
    throw new SimtapeError('InvalidConfig', message, { key: 'readBack', value: undefined });
  }

  #encode(data: RowData | null, count: number): Uint8Array {
    const shape = { dtype: this.#options.dtype, elementSize: this.#size, perRow: 1, fill: this.#fill };
    const buffer = new ChunkBuffer(shape, count);
    if (data === null) buffer.fill(count);
    else buffer.copy(data, 0, count, null, this.parts.heap);
    return buffer.view(count);
  }
}
