import type { Metadata } from 'h5wasm/node';
import { SimtapeError } from '../../errors.ts';
import type { Filters } from '../../formats/hdf5/index.ts';
import { damaged } from '../parquet/damage.ts';
import type { H5Wasm } from './load.ts';
import { LzfRows } from './lzf-rows.ts';

/** Number of the LZF filter, which is h5py's own. */
const LZF = 32000;
/** Bytes of a dataset that are read at once to check them. */
const CHECKED_BYTES = 2 ** 23;

/** A byte order mark at the start of a text is part of it. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/** Values of a dataset: a typed array of numbers, codes or booleans, row after row; texts; byte strings. */
export type RawValues = RawNumbers | readonly string[] | readonly Uint8Array[];
export type RawNumbers =
  | Float64Array
  | Float32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

const ARRAYS = {
  f8: Float64Array,
  f4: Float32Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  i8: BigInt64Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  u8: BigUint64Array,
} as const;

/** An HDF5 file that is open for reading, through the HDF5 library. Calls give what the file holds, or throw. */
export class H5File implements Disposable {
  readonly path: string;
  readonly #h5: H5Wasm;
  #id: bigint;
  #lzf: LzfRows | null = null;
  readonly #kin = new Map<string, Metadata>();

  /**
   * @param path of a file that nobody changes meanwhile
   * @throws `NotARecording` where it is none, or damaged
   */
  constructor(h5: H5Wasm, path: string) {
    this.path = path;
    this.#h5 = h5;
    this.#id = this.#guard(() => new h5.File(path, 'r').file_id);
    if (this.#id < 0n) throw damaged(path, 'the HDF5 library cannot open it');
  }

  /** Says that numbers are compressed with LZF, which this build of the library has not. */
  decompressLzf(filters: Filters): void {
    this.#lzf = new LzfRows(this.path, filters);
  }

  /** Names of what is in a group, in the order in which it was made where the file tells. */
  names(path: string): string[] {
    return this.#guard(() => new this.#h5.Group(this.#id, path).keys());
  }

  /** Values of an object's attributes. */
  attributes(path: string): Record<string, unknown> {
    return this.#guard(() => {
      const { Module } = this.#h5;
      const names: string[] = Module.get_attribute_names(this.#id, path);
      return Object.fromEntries(names.map((name) => [name, this.#attribute(path, name)]));
    });
  }

  /** The value of an attribute that is there. */
  attribute(path: string, name: string): unknown {
    return this.#guard(() => this.#attribute(path, name));
  }

  /** An attribute that is a list of doubles; null where it is something else. */
  numbers(path: string, name: string): Float64Array | null {
    return this.#guard(() => {
      const { Module } = this.#h5;
      const { type, size, shape } = Module.get_attribute_metadata(this.#id, path, name);
      if (type !== Module.H5T_class_t.H5T_FLOAT.value || size !== 8 || shape?.length !== 1) return null;
      const bytes = shape[0]! * size;
      const target = Module._malloc(bytes);
      try {
        Module.get_attribute_data(this.#id, path, name, BigInt(target));
        return new Float64Array(Module.HEAPU8.slice(target, target + bytes).buffer);
      } finally {
        Module._free(target);
      }
    });
  }

  isGroup(path: string): boolean {
    return this.#guard(() => this.#h5.Module.get_type(this.#id, path) === this.#h5.Module.H5G_GROUP);
  }

  shape(path: string): readonly number[] {
    return this.#guard(() => this.#h5.Module.get_dataset_metadata(this.#id, path).shape ?? []);
  }

  /** Numbers of the filters of a dataset. */
  filters(path: string): readonly number[] {
    return this.#guard(() => this.#h5.Module.get_dataset_filters(this.#id, path).map(({ id }) => id));
  }

  /**
   * Rows of a dataset.
   * @param part of a row, where that is a vector and only one part is wanted
   * @param kin what it is one of: all datasets that are called so are of one type, and of one size of a row where no
   *   part is wanted. To ask each takes as long as to read ten rows
   */
  read(path: string, from: number, to: number, part: number | null = null, kin: string = path): RawValues {
    return this.#guard(() => {
      const metadata = this.#typeOf(path, kin);
      const sizes = metadata.shape ?? [];
      const rest = sizes.slice(1).map((size) => (part === null ? size : 1));
      const count = [to - from, ...rest].map(BigInt);
      const offset = [from, ...rest.map(() => part ?? 0)].map(BigInt);
      const elements = count.reduce((product, size) => product * size, 1n);
      if (elements === 0n) return valuesOf(this.#h5, new Uint8Array(0), metadata);
      if (this.#lzf !== null && metadata.chunks !== null && isNumeric(this.#h5, metadata)) {
        return valuesOf(this.#h5, this.#lzf.read(path, metadata, from, to, part), metadata);
      }
      return this.#read(path, metadata, count, offset);
    });
  }

  /** Reads all of a dataset of any kind, so that the library checks it. @returns its elements */
  check(path: string): number {
    return this.#guard(() => {
      const { Module } = this.#h5;
      const metadata = Module.get_dataset_metadata(this.#id, path);
      const shape = metadata.shape ?? [];
      const [rows = 1] = shape;
      const perRow = shape.slice(1).reduce((product, size) => product * size, 1);
      const ids = this.filters(path);
      const isLzf = ids.includes(LZF);
      const filters = { compression: 'lzf', shuffle: ids.includes(2), fletcher32: ids.includes(3) } as const;
      using lzf = isLzf ? new LzfRows(this.path, filters) : null;
      const step = Math.max(1, Math.floor(CHECKED_BYTES / (perRow * metadata.size)));
      for (let row = 0; row < rows; row += step) {
        const end = Math.min(rows, row + step);
        if (lzf !== null) lzf.read(path, metadata, row, end, null);
        else if (shape.length === 0) this.#read(path, metadata, null, null);
        else {
          const count = [end - row, ...shape.slice(1)].map(BigInt);
          const offset = [row, ...shape.slice(1).map(() => 0)].map(BigInt);
          this.#read(path, metadata, count, offset);
        }
      }
      return rows * perRow;
    });
  }

  close(): void {
    this.#lzf?.close();
    this.#lzf = null;
    if (this.#id >= 0n) this.#h5.Module.close_file(this.#id);
    this.#id = -1n;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** What is known of a dataset, or of one of its kin. */
  #typeOf(path: string, kin: string): Metadata {
    const known = this.#kin.get(kin);
    // How a dataset is compressed, each says for itself.
    if (known !== undefined && this.#lzf === null) return known;
    const metadata = this.#h5.Module.get_dataset_metadata(this.#id, path);
    if (kin !== path) this.#kin.set(kin, metadata);
    return metadata;
  }

  #attribute(path: string, name: string): unknown {
    const { value, shape } = new this.#h5.Attribute(this.#id, path, name);
    // What has no dimensions is one value, which comes bare or as an array of one.
    return (shape ?? []).length === 0 && ArrayBuffer.isView(value) ? (value as Uint8Array)[0] : value;
  }

  /** @param count sizes of what is read, from `offset` on; null for a single value */
  #read(path: string, metadata: Metadata, count: bigint[] | null, offset: bigint[] | null): RawValues {
    const bytes = Number((count ?? []).reduce((product, size) => product * size, 1n)) * metadata.size;
    const { Module } = this.#h5;
    const target = Module._malloc(bytes);
    if (target === 0) throw new Error(`there is no memory for ${bytes} bytes`);
    try {
      const strides = count?.map(() => 1n) ?? null;
      const status = Module.get_dataset_data(this.#id, path, count, offset, strides, BigInt(target));
      if (status < 0) throw new Error(`rows of ${path} cannot be read`);
      const values = valuesOf(this.#h5, Module.HEAPU8.slice(target, target + bytes), metadata);
      const inHeap = metadata.vlen || metadata.type === Module.H5T_class_t.H5T_VLEN.value;
      if (inHeap) Module.reclaim_vlen_memory_count(this.#id, path, '', BigInt(target), count ?? [1n]);
      return values;
    } finally {
      Module._free(target);
    }
  }

  #guard<T>(action: () => T): T {
    try {
      return action();
    } catch (cause) {
      if (cause instanceof SimtapeError) throw cause;
      const { message } = cause as Error;
      throw damaged(this.path, message === undefined ? String(cause) : reasonOf(message), cause);
    }
  }
}

function isNumeric({ Module }: H5Wasm, { type }: Metadata): boolean {
  const { H5T_INTEGER, H5T_FLOAT, H5T_ENUM } = Module.H5T_class_t;
  return type === H5T_INTEGER.value || type === H5T_FLOAT.value || type === H5T_ENUM.value;
}

/** Of the library's errors, which stand one below the other, the last: what it came to. */
function reasonOf(message: string): string {
  const found = [...message.matchAll(/^ *#\d+: .* in \w+\(\): (.*)$/gm)].at(-1)?.[1];
  return found ?? message.split('\n')[0]!;
}

/** Values from the bytes of elements; those of fixed lengths one after another; texts and byte strings stand behind pointers into the library's memory. */
function valuesOf({ Module }: H5Wasm, data: Uint8Array, metadata: Metadata): RawValues {
  const { H5T_STRING, H5T_VLEN, H5T_ENUM, H5T_FLOAT, H5T_OPAQUE } = Module.H5T_class_t;
  const { type, size, signed } = metadata;
  const words = new Uint32Array(data.buffer, 0, data.length >> 2);
  if (type === H5T_OPAQUE.value || (type === H5T_STRING.value && !metadata.vlen)) {
    return Array.from({ length: data.length / size }, (_, i) => data.subarray(i * size, (i + 1) * size));
  }
  if (type === H5T_STRING.value) {
    const heap = Module.HEAPU8;
    return Array.from(words, (at) =>
      at === 0 ? '' : decoder.decode(heap.subarray(at, heap.indexOf(0, at))),
    );
  }
  if (type === H5T_VLEN.value) {
    return Array.from({ length: words.length / 2 }, (_, i) =>
      Module.HEAPU8.slice(words[2 * i + 1]!, words[2 * i + 1]! + words[2 * i]!),
    );
  }
  const isFloat = type === H5T_FLOAT.value;
  const isSigned = type === H5T_ENUM.value ? false : signed;
  const array = ARRAYS[`${isFloat ? 'f' : isSigned ? 'i' : 'u'}${size}` as keyof typeof ARRAYS];
  if (array === undefined) throw new Error(`there are numbers of ${size} bytes, which simtape never writes`);
  return new array(data.buffer as ArrayBuffer, 0, data.length / size);
}
