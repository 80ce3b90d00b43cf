import { type NumberArray, storedNumber } from '../../formats/hdf5/types.ts';
import { invalidRows, type ValueRows } from '../../formats/hdf5/values/row-data.ts';
import type { OwnDataset } from '../../schema/hdf5-objects.ts';
import { elementsOf, type Hdf5Values } from './values.ts';

/** Bytes of elements that go into one row on their way. */
const PART_BYTES = 2 ** 18;

/** The way of a dataset's elements to the writer. */
interface ElementsPort {
  /** Has what is appended meanwhile go into one commit. */
  unit(action: () => void): void;
  append(element: number, data: Uint8Array): void;
}

/** A dataset of your own in an HDF5 file. Made by `Hdf5Objects.createDataset`. */
export class Hdf5Dataset {
  /** Absolute path in the file. */
  readonly path: string;
  /** The name of the type that it was made with. */
  readonly dtype: string;
  readonly #definition: OwnDataset;
  readonly #port: ElementsPort;
  readonly #perRow: number;
  #rows = 0;

  constructor(path: string, dtype: string, definition: OwnDataset, port: ElementsPort) {
    this.path = path;
    this.dtype = dtype;
    this.#definition = definition;
    this.#port = port;
    this.#perRow = definition.shape.slice(1).reduce((product, size) => product * size, 1);
  }

  /** The shape, as far as it has grown. */
  get shape(): readonly number[] {
    const { shape } = this.#definition;
    return shape.length === 0 ? [] : [Math.max(shape[0]!, this.#rows), ...shape.slice(1)];
  }

  /** Rows that were written, those that were passed over included; 1 for a single value. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * Writes rows, or the single value. All of them go into one commit, with all else of an open frame. Numbers are
   * converted where nothing is lost; plain numbers become the nearest float32.
   *
   * @param values one row or several, as nested arrays in the shape of the dataset, or as a typed array of their
   *   elements one after another
   * @param offset row where the first goes; by default behind those that were written. Rows of a dataset in chunks are
   *   written in order, once: those that are passed over hold the fill value
   * @throws `InvalidBatch` where shape or values do not fit; as `append` of a table does. Where there is no room in the
   *   middle of it, `rows` says how many were taken
   */
  write(values: Hdf5Values, offset?: number): void {
    const { dtype, shape, layout, maxRows } = this.#definition;
    const { rows, data } = elementsOf(this.path, dtype, shape, values);
    const isSingle = shape.length === 0;
    const start = offset ?? (isSingle ? 0 : this.#rows);
    const least = layout === 'chunked' ? this.#rows : 0;
    if (!Number.isSafeInteger(start) || start < least) {
      const why =
        layout === 'chunked' ? `rows of chunks are written once, and ${least} are` : 'it begins at 0';
      invalidRows(this.path, `cannot be written from row ${String(start)} on: ${why}`);
    }
    const most = layout === 'chunked' ? maxRows : isSingle ? 1 : shape[0]!;
    if (most !== null && start + rows > most) {
      const hint =
        layout === 'chunked' || offset !== undefined ? '' : ' (offset 0 writes over what is there)';
      invalidRows(this.path, `takes ${most} rows at the most, not ${start + rows}${hint}`);
    }
    if (rows > 0) this.#send(start, rows, data);
  }

  #send(start: number, rows: number, data: NumberArray | ValueRows): void {
    let element = start * this.#perRow;
    try {
      this.#port.unit(() => {
        for (const { bytes, elements } of partsOf(data, this.#definition)) {
          this.#port.append(element, bytes);
          element += elements;
        }
      });
    } finally {
      const taken = Math.min(start + rows, Math.floor(element / this.#perRow));
      if (taken > start) this.#rows = Math.max(this.#rows, taken);
    }
  }
}

interface Part {
  readonly bytes: Uint8Array;
  readonly elements: number;
}

/** Elements in parts that find room in a buffer. */
function* partsOf(data: NumberArray | ValueRows, { dtype }: OwnDataset): Generator<Part, void> {
  if (storedNumber(dtype) === null) {
    yield* textParts(data as ValueRows);
    return;
  }
  const numbers = data as NumberArray;
  const size = numbers.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  for (let at = 0; at < bytes.length; at += PART_BYTES) {
    const part = bytes.subarray(at, at + PART_BYTES);
    yield { bytes: part, elements: part.length / size };
  }
}

/** Texts and byte strings, each behind its length. */
function* textParts(values: ValueRows): Generator<Part, void> {
  const encoder = new TextEncoder();
  let pending: Uint8Array[] = [];
  let length = 0;
  for (const value of values) {
    const bytes = typeof value === 'string' ? encoder.encode(value) : value!;
    if (length > 0 && length + bytes.length + 4 > PART_BYTES) {
      yield { bytes: joined(pending, length), elements: pending.length };
      pending = [];
      length = 0;
    }
    pending.push(bytes);
    length += bytes.length + 4;
  }
  if (pending.length > 0) yield { bytes: joined(pending, length), elements: pending.length };
}

function joined(values: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const value of values) {
    view.setUint32(at, value.length, true);
    bytes.set(value, at + 4);
    at += 4 + value.length;
  }
  return bytes;
}
