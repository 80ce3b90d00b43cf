import type { ChunkedDataset, Hdf5Writer, NumberArray } from '../../formats/hdf5/index.ts';
import type { Slice } from '../commit.ts';
import { NO_FIELD, ROW_ID } from '../files/plans.ts';
import {
  type ColumnSet,
  companionOptions,
  datasetOptions,
  EXACT,
  hasNullNumber,
  rowBytes,
  VALID,
} from './column-sets.ts';
import { withNulls } from './null-number.ts';
import type { Hdf5Storage } from './options.ts';
import { asIntegers, countOf, elementsOf, packed, type RowRange, rowIds, validityIn } from './slice-data.ts';

/** Where the datasets of a group are made, and how. */
export interface DatasetPlace {
  readonly writer: Hdf5Writer;
  readonly path: string;
  readonly storage: Hdf5Storage;
  readonly chunkRows: number;
}

/** A dataset of a group as it stands in a file that is continued. */
export interface HeldDataset {
  readonly dataset: string;
  /** The flat columns that it holds. */
  readonly columns: readonly string[];
  readonly hasValid: boolean;
  readonly hasExact: boolean;
}

/** Rows that are written at once where their number is all that is known of them. */
const BLOCK = 65_536;

/**
 * The rows of one dataset, and of those beside it. Each is made when there is something to say in it: a column whose rows
 * are all null has none, and rows before the first value are filled.
 */
export class ColumnDataset {
  readonly #place: DatasetPlace;
  readonly #set: ColumnSet;
  #values: ChunkedDataset | null = null;
  #valid: ChunkedDataset | null = null;
  #exact: ChunkedDataset | null = null;

  constructor(place: DatasetPlace, set: ColumnSet, held: HeldDataset | null = null) {
    this.#place = place;
    this.#set = set;
    if (held === null) return;
    const { writer, path, storage, chunkRows } = place;
    this.#values = writer.openDataset(`${path}/${set.dataset}`, datasetOptions(set, storage, chunkRows));
    if (held.hasValid) this.#valid = writer.openDataset(this.#pathOf(VALID), this.#companion('bool'));
    if (held.hasExact) this.#exact = writer.openDataset(this.#pathOf(EXACT), this.#companion('utf8'));
  }

  /** What the file has of it; null where it has nothing. */
  get held(): HeldDataset | null {
    if (this.#values === null) return null;
    const { dataset, columns } = this.#set;
    return {
      dataset,
      columns: columns.map(({ name }) => name),
      hasValid: this.#valid !== null,
      hasExact: this.#exact !== null,
    };
  }

  /** Bytes of a row, 0 while there is none. */
  get rowBytes(): number {
    return this.#values === null ? 0 : rowBytes(this.#set.columns) + (this.#valid === null ? 0 : 1);
  }

  /**
   * Adds rows of a slice.
   * @param fields of the slice, one for each column, or `NO_FIELD` or `ROW_ID`
   * @param before rows of the group so far
   */
  append(slice: Slice, fields: readonly number[], range: RowRange, before: number): void {
    const [column] = this.#set.columns;
    const [index] = fields as [number];
    if (index === ROW_ID) {
      this.#open(before).append(asIntegers(rowIds(slice, range)));
    } else if (fields.every((field) => field === NO_FIELD)) {
      this.#appendNulls(countOf(range), before);
    } else if (fields.length > 1) {
      this.#appendVector(slice, fields, range, before);
    } else if (column!.kind === 'utf8' || column!.kind === 'json' || column!.kind === 'bytes') {
      this.#appendTexts(slice, index, range, before);
    } else {
      this.#appendNumbers(slice, index, range, before);
    }
  }

  #appendNumbers(slice: Slice, index: number, range: RowRange, before: number): void {
    const [column] = this.#set.columns;
    const field = slice.layout.fields[index]!;
    const validity = validityIn(slice, field, range);
    if (this.#skips(validity)) return;
    const values = elementsOf(slice, field, range);
    if (validity !== null && hasNullNumber(column!)) {
      this.#open(before).append(withNulls(values as Float64Array, validity));
      return;
    }
    const stored = column!.kind === 'ref' ? asIntegers(values as Float64Array) : values;
    const isEnum = column!.kind === 'enum' && validity !== null;
    this.#appendValid(countOf(range), validity, before);
    this.#open(before).append(isEnum ? withZeros(stored as Uint8Array, validity) : stored, validity);
  }

  #appendVector(slice: Slice, fields: readonly number[], range: RowRange, before: number): void {
    const count = countOf(range);
    let isEmpty = this.#values === null;
    const parts = fields.map((index) => {
      if (index === NO_FIELD) return withNulls(new Float64Array(count), new Uint8Array(count));
      const field = slice.layout.fields[index]!;
      const validity = validityIn(slice, field, range);
      if (validity === null || validity.includes(1)) isEmpty = false;
      const values = elementsOf(slice, field, range) as Float64Array;
      return validity === null ? values : withNulls(values, validity);
    });
    if (!isEmpty) this.#open(before).appendParts(parts);
  }

  #appendTexts(slice: Slice, index: number, range: RowRange, before: number): void {
    const [column] = this.#set.columns;
    const field = slice.layout.fields[index]!;
    const validity = validityIn(slice, field, range);
    if (this.#skips(validity)) return;
    const { bytes, spans, withZero } = packed(slice, field, column!.kind, range);
    this.#appendValid(spans.length / 2, validity, before);
    const values = this.#open(before);
    if (withZero.length > 0) this.#appendExact(bytes, spans, withZero, before);
    values.append({ bytes, spans }, validity);
  }

  /** Texts that HDF5 cannot hold as they are: in their place stands one with U+001A, "substitute", for each U+0000. */
  #appendExact(bytes: Uint8Array, spans: Uint32Array, rows: readonly number[], before: number): void {
    this.#exact ??= this.#place.writer.createDataset(this.#pathOf(EXACT), this.#companion('utf8'));
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const exact = rows.map((row) => {
      const text = bytes.subarray(spans[2 * row]!, spans[2 * row]! + spans[2 * row + 1]!);
      const pair = JSON.stringify([before + row, decoder.decode(text)]);
      // One byte stays one byte, so that the texts behind it stay where they are.
      for (let i = text.indexOf(0); i >= 0; i = text.indexOf(0, i)) text[i] = REPLACEMENT;
      return pair;
    });
    this.#exact.append(exact);
  }

  /** Whether there is nothing to write: the column has had no value so far, and these rows have none. */
  #skips(validity: Uint8Array | null): boolean {
    return this.#values === null && validity !== null && !validity.includes(1);
  }

  #appendNulls(count: number, before: number): void {
    if (this.#values === null) return;
    const [column] = this.#set.columns;
    if (!hasNullNumber(column!)) this.#appendValid(count, new Uint8Array(count), before);
    this.#values.appendFill(count);
  }

  /** Says which rows have a value. Before the values themselves: whether there are any yet tells of the rows before. */
  #appendValid(count: number, validity: Uint8Array | null, before: number): void {
    const [column] = this.#set.columns;
    if (hasNullNumber(column!)) return;
    const isLate = this.#values === null && before > 0;
    if (this.#valid === null) {
      if (validity === null && !isLate) return;
      this.#valid = this.#place.writer.createDataset(this.#pathOf(VALID), this.#companion('bool'));
      if (isLate) this.#valid.appendFill(before);
      else appendOnes(this.#valid, before);
    }
    if (validity === null) appendOnes(this.#valid, count);
    else this.#valid.append(validity);
  }

  #open(before: number): ChunkedDataset {
    if (this.#values !== null) return this.#values;
    const { writer, path, storage, chunkRows } = this.#place;
    const options = datasetOptions(this.#set, storage, chunkRows);
    this.#values = writer.createDataset(`${path}/${this.#set.dataset}`, options);
    if (before > 0) this.#values.appendFill(before);
    return this.#values;
  }

  #companion(dtype: 'bool' | 'utf8'): ReturnType<typeof companionOptions> {
    return companionOptions(dtype, this.#place.storage, this.#place.chunkRows);
  }

  #pathOf(ending: string): string {
    return `${this.#place.path}/${this.#set.dataset}${ending}`;
  }
}

/** What stands for U+0000 in a text: U+001A, which is called "substitute". */
const REPLACEMENT = 0x1a;

function appendOnes(dataset: ChunkedDataset, rows: number): void {
  for (let left = rows; left > 0; left -= BLOCK) {
    dataset.append(new Uint8Array(Math.min(left, BLOCK)).fill(1));
  }
}

/** Codes of rows without a value may be any. */
function withZeros<T extends NumberArray>(values: T, validity: Uint8Array): T {
  const copy = values.slice() as T;
  for (let row = 0; row < validity.length; row++) if (validity[row] === 0) copy[row] = 0;
  return copy;
}
