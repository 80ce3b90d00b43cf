import type { Metadata } from 'h5wasm/node';
import { SimtapeError } from '../../errors.ts';
import type { Filters } from '../../formats/hdf5/index.ts';
import { damaged } from '../parquet/damage.ts';
import type { H5Library } from './load.ts';
import { LzfRows } from './lzf-rows.ts';

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

type Module = H5Library['Module'];

/** More than any attribute has, and than is read of a dataset at once, in bytes. */
const MOST_ATTRIBUTE = 16 * 2 ** 20;
const MOST_ROWS = 512 * 2 ** 20;
/** A chunk has 1 MiB, or one row. */
const MOST_CHUNK = 256 * 2 ** 20;

/**
 * An HDF5 file that is open for reading, through the HDF5 library. Calls give what the file holds, or throw. Links to
 * other places are not followed, neither within the file nor out of it.
 */
export class H5File implements Disposable {
  readonly path: string;
  readonly #place: string;
  readonly #h5: H5Library;
  readonly #own = new Set(['', '/']);
  #id: bigint;
  #lzf: LzfRows | null = null;

  /**
   * @param path as messages name it
   * @param place of a file that nobody changes meanwhile, where that is a copy
   * @throws `NotARecording` where it is none, or damaged
   */
  constructor(h5: H5Library, path: string, place: string = path) {
    this.path = path;
    this.#place = place;
    this.#h5 = h5;
    this.#id = this.#guard((module) => module.open(place, module.H5F_ACC_RDONLY, false, -1, -1));
    if (this.#id < 0n) throw damaged(path, 'the HDF5 library cannot open it');
  }

  /** Says that numbers are compressed with LZF, which this build of the library has not. */
  decompressLzf(filters: Filters): void {
    this.#lzf = new LzfRows(this.#place, filters);
  }

  /** Names of what is in a group, in the order in which it was made where the file tells. */
  names(path: string): string[] {
    return this.#guard((module) => {
      this.#refuseLinks(module, path);
      return module.get_names(this.#id, path, false);
    });
  }

  /** Values of an object's attributes. */
  attributes(path: string): Record<string, unknown> {
    return this.#guard((module) => {
      this.#refuseLinks(module, path);
      const names: string[] = module.get_attribute_names(this.#id, path);
      return Object.fromEntries(names.map((name) => [name, this.#attribute(module, path, name)]));
    });
  }

  /** The value of an attribute that is there. */
  attribute(path: string, name: string): unknown {
    return this.#guard((module) => {
      this.#refuseLinks(module, path);
      return this.#attribute(module, path, name);
    });
  }

  shape(path: string): readonly number[] {
    return this.#guard((module) => this.#metadata(module, path).shape ?? []);
  }

  /** Numbers of the filters of a dataset. */
  filters(path: string): readonly number[] {
    return this.#guard((module) => module.get_dataset_filters(this.#id, path).map(({ id }) => id));
  }

  /**
   * Rows of a dataset.
   * @param part of a row, where that is a vector and only one part is wanted
   */
  read(path: string, from: number, to: number, part: number | null = null): RawValues {
    return this.#guard((module) => {
      const metadata = this.#metadata(module, path);
      const sizes = metadata.shape ?? [];
      const rest = sizes.slice(1).map((size) => (part === null ? size : 1));
      if (to > (sizes[0] ?? 0)) throw new Error(`${path} has ${sizes[0]} rows, fewer than others`);
      const elements = rest.reduce((product, size) => product * size, to - from);
      if (elements === 0) return valuesOf(module, new Uint8Array(0), metadata);
      const bytes = elements * metadata.size;
      refuseLarge(path, bytes, metadata);
      if (this.#lzf !== null && isNumeric(module, metadata)) {
        return valuesOf(module, this.#lzf.read(path, metadata, from, to, part), metadata);
      }
      const count = [to - from, ...rest].map(BigInt);
      const offset = [from, ...rest.map(() => part ?? 0)].map(BigInt);
      return this.#read(module, path, metadata, count, offset, bytes);
    });
  }

  close(): void {
    this.#lzf?.close();
    this.#lzf = null;
    const id = this.#id;
    this.#id = -1n;
    if (id < 0n) return;
    try {
      this.#h5.call((module) => module.close_file(id));
    } catch {
      // Nothing was written, so that nothing is lost.
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #attribute(module: Module, path: string, name: string): unknown {
    const metadata = module.get_attribute_metadata(this.#id, path, name);
    const { shape, size } = metadata;
    if (shape === null || !isKnown(module, metadata)) return null;
    const bytes = shape.reduce((product, one) => product * one, size);
    if (bytes > MOST_ATTRIBUTE) throw new Error(`attribute ${name} of ${path} has ${bytes} bytes`);
    const values = withMemory(module, bytes, (target) => {
      const status = module.get_attribute_data(this.#id, path, name, BigInt(target));
      if (status < 0) throw new Error(`attribute ${name} of ${path} cannot be read`);
      const found = valuesOf(module, module.HEAPU8.slice(target, target + bytes), metadata);
      if (isInHeap(module, metadata)) module.reclaim_vlen_memory(this.#id, path, name, BigInt(target));
      return found;
    });
    return shape.length === 0 ? values[0] : values;
  }

  #metadata(module: Module, path: string): Metadata {
    this.#refuseLinks(module, path);
    return module.get_dataset_metadata(this.#id, path);
  }

  #read(
    module: Module,
    path: string,
    metadata: Metadata,
    count: bigint[],
    offset: bigint[],
    bytes: number,
  ): RawValues {
    return withMemory(module, bytes, (target) => {
      const strides = count.map(() => 1n);
      const status = module.get_dataset_data(this.#id, path, count, offset, strides, BigInt(target));
      if (status < 0) throw new Error(`rows of ${path} cannot be read`);
      const values = valuesOf(module, module.HEAPU8.slice(target, target + bytes), metadata);
      if (isInHeap(module, metadata))
        module.reclaim_vlen_memory_count(this.#id, path, '', BigInt(target), count);
      return values;
    });
  }

  /** Throws where a path leads through a link to somewhere else, or goes in a circle. */
  #refuseLinks(module: Module, path: string): void {
    if (this.#own.has(path)) return;
    this.#refuseLinks(module, path.slice(0, path.lastIndexOf('/')));
    const isLink =
      module.get_symbolic_link(this.#id, path) !== null ||
      Object.keys(module.get_external_link(this.#id, path)).length > 0;
    if (isLink) throw new Error(`${path} is a link`);
    this.#own.add(path);
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

/** Calls with memory of the library's, which is given back. */
function withMemory<T>(module: Module, bytes: number, action: (target: number) => T): T {
  const target = module._malloc(Math.max(1, bytes));
  if (target === 0) throw new Error(`there is no memory for ${bytes} bytes`);
  try {
    return action(target);
  } finally {
    module._free(target);
  }
}

/** Datasets of recordings have chunks; what has none may stand in another file. */
function refuseLarge(path: string, bytes: number, { chunks, size }: Metadata): void {
  if (chunks === null) throw new Error(`${path} has no chunks`);
  const chunk = chunks.reduce((product, one) => product * one, size);
  if (chunk > MOST_CHUNK) throw new Error(`${path} has chunks of ${chunk} bytes`);
  if (bytes > MOST_ROWS) throw new Error(`${path} has rows of ${bytes} bytes to be read at once`);
}

/** Whether values stand behind pointers into the library's memory. */
function isInHeap({ H5T_class_t }: Module, { vlen, type }: Metadata): boolean {
  return vlen || type === H5T_class_t.H5T_VLEN.value;
}

/** Whether values of a type are read; attributes of other types are none of simtape's. */
function isKnown(module: Module, metadata: Metadata): boolean {
  const { H5T_STRING, H5T_VLEN } = module.H5T_class_t;
  const { type } = metadata;
  return type === H5T_STRING.value || type === H5T_VLEN.value || isNumeric(module, metadata);
}

function isNumeric(module: Pick<Module, 'H5T_class_t'>, { type }: Metadata): boolean {
  const { H5T_INTEGER, H5T_FLOAT, H5T_ENUM } = module.H5T_class_t;
  return type === H5T_INTEGER.value || type === H5T_FLOAT.value || type === H5T_ENUM.value;
}

/** Values from the bytes of elements; texts and byte strings stand behind pointers into the library's memory. */
function valuesOf(module: Module, data: Uint8Array, metadata: Metadata): RawValues {
  const { H5T_STRING, H5T_VLEN, H5T_ENUM, H5T_FLOAT } = module.H5T_class_t;
  const { type, size, signed, vlen } = metadata;
  const words = new Uint32Array(data.buffer, 0, data.length >> 2);
  const heap = module.HEAPU8;
  if (type === H5T_STRING.value && !vlen) {
    return Array.from({ length: data.length / size }, (_, i) => {
      const text = data.subarray(i * size, (i + 1) * size);
      const end = text.indexOf(0);
      return decoder.decode(end < 0 ? text : text.subarray(0, end));
    });
  }
  if (type === H5T_STRING.value) {
    return Array.from(words, (at) =>
      at === 0 ? '' : decoder.decode(heap.subarray(at, heap.indexOf(0, at))),
    );
  }
  if (type === H5T_VLEN.value) {
    return Array.from({ length: words.length / 2 }, (_, i) =>
      heap.slice(words[2 * i + 1]!, words[2 * i + 1]! + words[2 * i]!),
    );
  }
  const isFloat = type === H5T_FLOAT.value;
  const isSigned = type === H5T_ENUM.value ? false : signed;
  const array = ARRAYS[`${isFloat ? 'f' : isSigned ? 'i' : 'u'}${size}` as keyof typeof ARRAYS];
  if (array === undefined) throw new Error(`there are numbers of ${size} bytes, which simtape never writes`);
  return new array(data.buffer as ArrayBuffer, 0, data.length / size);
}
