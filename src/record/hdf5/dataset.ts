import type { NumberArray } from '../../formats/hdf5/types.ts';
import { elementParts } from '../../formats/hdf5/values/element-parts.ts';
import { invalidRows, type ValueRows } from '../../formats/hdf5/values/row-data.ts';
import type { OwnDataset } from '../../schema/hdf5-objects.ts';
import { elementsOf, type Hdf5Values } from './values.ts';

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
        for (const { bytes, elements } of elementParts(data, this.#definition.dtype)) {
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
