import { statSync } from 'node:fs';
import type { Metadata } from 'h5wasm/node';
import { SimtapeError } from '../../errors.ts';
import type { Filters } from '../../formats/hdf5/index.ts';
import { damaged } from '../parquet/damage.ts';
import type { H5Library } from './load.ts';
import { LzfRows } from './lzf-rows.ts';
import { withMemory, withMemoryLimit } from './memory.ts';
import { decoder, isInHeap, isNumeric, isText, type RawValues, valuesOf } from './raw-values.ts';
import { MOST_TEXT, type RowsOf, refuseLarge, rowParts } from './row-parts.ts';

/** Number of the LZF filter, which is h5py's own. */
const LZF = 32000;
/** Bytes of a dataset that are read at once where all of it is, and what is reckoned for a text of any length. */
const BLOCK_BYTES = 2 ** 23;
const TEXT_BYTES = 2 ** 12;

type Module = H5Library['Module'];

/** More than any attribute has, in bytes. */
const MOST_ATTRIBUTE = 2 ** 24;
/** Memory that the library takes to read texts, beside them. */
const MOST_BESIDE = 2 ** 26;
/** Numbers of a list that an attribute is. */
const MOST_NUMBERS = 16;
/** An HDF5 file that is open for reading, through the HDF5 library. Calls give what the file holds, or throw. */
export class H5File implements Disposable {
  readonly path: string;
  readonly bytes: number;
  readonly #place: string;
  readonly #h5: H5Library;
  #id: bigint;
  #lzf: LzfRows | null = null;
  readonly #kin = new Map<string, Metadata>();
  /** Attributes that are lists of doubles. */
  readonly #lists = new Set<string>();

  /**
   * @param path as messages name it
   * @param place of a file that nobody changes meanwhile, where that is a copy
   * @throws `NotARecording` where it is none, or damaged
   */
  constructor(h5: H5Library, path: string, place: string = path) {
    this.path = path;
    this.#place = place;
    this.bytes = statSync(place).size;
    this.#h5 = h5;
    this.#id = this.#guard(() => h5.open(place));
    if (this.#id < 0n) throw damaged(path, 'the HDF5 library cannot open it');
  }

  /** Says that numbers are compressed with LZF, which this build of the library has not. */
  decompressLzf(filters: Filters): void {
    this.#lzf = new LzfRows(this.#place, filters);
  }

  /** Names of what is in a group, in the order in which it was made where the file tells. */
  names(path: string): string[] {
    return this.#guard(({ get_names }) => get_names(this.#id, path, false));
  }

  attributeNames(path: string): string[] {
    return this.#guard((module) => module.get_attribute_names(this.#id, path));
  }

  /** Values of those of some attributes that an object has. What else it has may be anything. */
  attributes(path: string, wanted: readonly string[]): Record<string, unknown> {
    const found = this.attributeNames(path).filter((name) => wanted.includes(name));
    return Object.fromEntries(found.map((name) => [name, this.attribute(path, name)]));
  }

  /** The value of an attribute that is there; null where it is of a type that simtape does not write. */
  attribute(path: string, name: string): unknown {
    return this.#guard((module) => this.#attribute(module, path, name));
  }

  /**
   * An attribute that is a list of doubles, of no NaN and no more than a few; null where it is something else. What it is,
   * one object is asked for all: to ask each takes as long as to read it.
   */
  numbers(path: string, name: string): Float64Array | null {
    return this.#guard((module) => {
      if (!this.#lists.has(name)) {
        const { shape, type, size } = module.get_attribute_metadata(this.#id, path, name);
        const isList = shape?.length === 1 && type === module.H5T_class_t.H5T_FLOAT.value && size === 8;
        if (!isList || shape[0]! > MOST_NUMBERS) return null;
        this.#lists.add(name);
      }
      const bytes = MOST_NUMBERS * 8;
      return withMemory(this.#h5, bytes, (target) => {
        module.HEAPU8.fill(0xff, target, target + bytes);
        const status = module.get_attribute_data(this.#id, path, name, BigInt(target));
        if (status < 0) throw new Error(`attribute ${name} of ${path} cannot be read`);
        const values = new Float64Array(module.HEAPU8.slice(target, target + bytes).buffer);
        const end = values.findIndex(Number.isNaN);
        return end < 0 ? values : values.subarray(0, end);
      });
    });
  }

  isGroup(path: string): boolean {
    return this.#guard(({ get_type, H5G_GROUP }) => get_type(this.#id, path) === H5G_GROUP);
  }

  shape(path: string): readonly number[] {
    return this.#guard((module) => module.get_dataset_metadata(this.#id, path).shape ?? []);
  }

  /** Numbers of the filters of a dataset. */
  filters(path: string): readonly number[] {
    return this.#guard((module) => this.#filters(module, path));
  }

  /**
   * Rows of a dataset.
   * @param part of a row, where that is a vector and only one part is wanted
   * @param kin what it is one of: all datasets that are called so are of one type, and of one size of a row where no
   *   part is wanted. To ask each takes as long as to read ten rows
   */
  read(path: string, from: number, to: number, part: number | null = null, kin: string = path): RawValues {
    return this.#guard((module) => {
      const metadata = this.#typeOf(module, path, kin);
      const sizes = metadata.shape ?? [];
      const rest = sizes.slice(1).map((size) => (part === null ? size : 1));
      const elements = rest.reduce((product, size) => product * size, to - from);
      if (elements === 0) return valuesOf(module, new Uint8Array(0), metadata);
      if (this.#lzf !== null && metadata.chunks !== null && isNumeric(module, metadata)) {
        refuseLarge(path, elements * metadata.size, metadata);
        return valuesOf(module, this.#lzf.read(path, metadata, from, to, part), metadata);
      }
      const offset = rest.map(() => part ?? 0);
      const parts = [...this.#parts(module, path, metadata, { from, to, rest, offset, most: to - from })];
      return parts.length === 1 ? parts[0]! : (parts.flat() as unknown as RawValues);
    });
  }

  /** Reads all of a dataset of any kind, so that the library checks it. @returns its elements */
  check(path: string): number {
    for (const _ of this.blocks(path));
    return this.shape(path).reduce((product, size) => product * size, 1);
  }

  /**
   * All of a dataset of any kind, compressed in whatever way, some rows at a time; a single value is one of its own.
   * @param rows no more than these
   */
  *blocks(path: string, rows: number = Number.POSITIVE_INFINITY): Generator<RawValues, void> {
    const { metadata, ids, elementBytes } = this.#guard((module) => {
      const found = module.get_dataset_metadata(this.#id, path);
      const elementBytes = isInHeap(module, found) ? TEXT_BYTES : found.size;
      return { metadata: found, ids: this.#filters(module, path), elementBytes };
    });
    const shape = metadata.shape ?? [];
    if (shape.length === 0) {
      yield this.#guard((module) => this.#read(module, path, metadata, null, null));
      return;
    }
    const [all = 1, ...rest] = shape;
    const perRow = rest.reduce((product, size) => product * size, 1);
    const most = Math.max(1, Math.floor(BLOCK_BYTES / (perRow * elementBytes)));
    const wanted = { from: 0, to: Math.min(all, rows), rest, offset: rest.map(() => 0), most };
    const blocks = this.#guard((module) =>
      ids.includes(LZF)
        ? this.#lzfParts(module, path, metadata, ids, wanted)
        : this.#parts(module, path, metadata, wanted),
    );
    for (;;) {
      const next = this.#guard(() => blocks.next());
      if (next.done === true) return;
      yield next.value;
    }
  }

  close(): void {
    this.#lzf?.close();
    this.#lzf = null;
    const id = this.#id;
    this.#id = -1n;
    if (id >= 0n) this.#h5.close(id);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** What is known of a dataset, or of one of its kin. */
  #typeOf(module: Module, path: string, kin: string): Metadata {
    const known = this.#kin.get(kin);
    // How a dataset is compressed, each says for itself.
    if (known !== undefined && this.#lzf === null) return known;
    const metadata = module.get_dataset_metadata(this.#id, path);
    if (kin !== path) this.#kin.set(kin, metadata);
    return metadata;
  }

  #filters(module: Module, path: string): readonly number[] {
    return module.get_dataset_filters(this.#id, path).map(({ id }) => id);
  }

  #attribute(module: Module, path: string, name: string): unknown {
    const metadata = module.get_attribute_metadata(this.#id, path, name);
    const { shape, size } = metadata;
    // Attributes of other types are none of simtape's.
    if (shape === null || !(isNumeric(module, metadata) || isText(module, metadata))) return null;
    const bytes = shape.reduce((product, one) => product * one, size);
    if (bytes > MOST_ATTRIBUTE) throw new Error(`attribute ${name} of ${path} has ${bytes} bytes`);
    const values = withMemory(this.#h5, bytes, (target) => {
      const read = () => module.get_attribute_data(this.#id, path, name, BigInt(target));
      const status = this.#withinMemory(module, metadata, read);
      if (status < 0) throw new Error(`attribute ${name} of ${path} cannot be read`);
      const found = valuesOf(module, module.HEAPU8.slice(target, target + bytes), metadata);
      if (metadata.vlen) module.reclaim_vlen_memory(this.#id, path, name, BigInt(target));
      return found;
    });
    if (metadata.type === module.H5T_class_t.H5T_ENUM.value) {
      const flags = Array.from(values as Uint8Array, (value) => value === 1);
      return shape.length > 0 ? flags : flags[0];
    }
    if (shape.length > 0) return values;
    return values[0] instanceof Uint8Array ? decoder.decode(values[0]).replace(/\0.*/s, '') : values[0];
  }

  #parts(module: Module, path: string, metadata: Metadata, rows: RowsOf): Generator<RawValues, void> {
    const mayBeMany = isInHeap(module, metadata) && this.bytes > MOST_TEXT;
    return rowParts(rows, mayBeMany, (count, offset) => this.#read(module, path, metadata, count, offset));
  }

  /** All rows of a dataset that LZF compresses. */
  *#lzfParts(
    module: Module,
    path: string,
    metadata: Metadata,
    ids: readonly number[],
    { to, most }: RowsOf,
  ): Generator<RawValues, void> {
    const filters = { compression: 'lzf', shuffle: ids.includes(2), fletcher32: ids.includes(3) } as const;
    using lzf = new LzfRows(this.#place, filters);
    for (let row = 0; row < to; row += most) {
      yield valuesOf(module, lzf.read(path, metadata, row, Math.min(to, row + most), null), metadata);
    }
  }

  /** @param count sizes of what is read, from `offset` on; null for a single value */
  #read(
    module: Module,
    path: string,
    metadata: Metadata,
    count: bigint[] | null,
    offset: bigint[] | null,
  ): RawValues {
    const bytes = (count ?? []).reduce((product, size) => product * Number(size), metadata.size);
    refuseLarge(path, bytes, metadata);
    return withMemory(this.#h5, bytes, (target) => {
      const strides = count?.map(() => 1n) ?? null;
      const read = () => module.get_dataset_data(this.#id, path, count, offset, strides, BigInt(target));
      const status = this.#withinMemory(module, metadata, read);
      if (status < 0) throw new Error(`rows of ${path} cannot be read`);
      const values = valuesOf(module, module.HEAPU8.slice(target, target + bytes), metadata);
      if (isInHeap(module, metadata))
        module.reclaim_vlen_memory_count(this.#id, path, '', BigInt(target), count ?? [1n]);
      return values;
    });
  }

  /** Reads values. Those that are longer than the file lie about it, and the library makes room before it looks. */
  #withinMemory(module: Module, metadata: Metadata, read: () => number): number {
    if (!isInHeap(module, metadata)) return read();
    return withMemoryLimit(module.HEAPU8.length + 2 * this.bytes + MOST_BESIDE, read);
  }

  #guard<T>(action: (module: Module) => T): T {
    try {
      return this.#h5.call(action);
    } catch (cause) {
      if (cause instanceof SimtapeError) throw cause;
      throw damaged(this.path, (cause as Error).message ?? String(cause), cause);
    }
  }
}
