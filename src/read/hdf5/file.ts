import type { Filters } from '../../formats/hdf5/index.ts';
import { H5Library } from './library.ts';
import type { FileMethod } from './library-protocol.ts';
import type { LocalH5File, RawValues } from './local-file.ts';

export type { RawNumbers, RawValues } from './local-file.ts';

/**
 * An HDF5 file that is open for reading, through the HDF5 library on a thread of its own. Calls give what the file holds, or
 * throw; whatever a file does to the library, other files go on being read.
 */
export class H5File implements Disposable {
  readonly path: string;
  #library: H5Library | null = null;
  #file = 0;
  #lzf: Filters | null = null;
  /** Why it is not read any further: it has ended the library. */
  #ruin: unknown = null;

  /**
   * @param path of a file that nobody changes meanwhile
   * @throws `NotARecording` where it is none, or damaged; `BackendUnavailable`
   */
  constructor(path: string) {
    this.path = path;
    this.#open();
  }

  /** Says that numbers are compressed with LZF, which this build of the library has not. */
  decompressLzf(filters: Filters): void {
    this.#lzf = filters;
    this.#call('decompressLzf', [filters]);
  }

  /** Names of what is in a group, in the order in which it was made where the file tells. */
  names(path: string): string[] {
    return this.#call('names', [path]);
  }

  /** Values of an object's attributes. */
  attributes(path: string): Record<string, unknown> {
    return this.#call('attributes', [path]);
  }

  /** The value of an attribute that is there. */
  attribute(path: string, name: string): unknown {
    return this.#call('attribute', [path, name]);
  }

  isGroup(path: string): boolean {
    return this.#call('isGroup', [path]);
  }

  shape(path: string): readonly number[] {
    return this.#call('shape', [path]);
  }

  /** Numbers of the filters of a dataset. */
  filters(path: string): readonly number[] {
    return this.#call('filters', [path]);
  }

  /**
   * Rows of a dataset.
   * @param part of a row, where that is a vector and only one part is wanted
   */
  read(path: string, from: number, to: number, part: number | null = null): RawValues {
    return this.#call('read', [path, from, to, part]);
  }

  /** Reads all of a dataset of any kind, so that the library checks it. @returns its elements */
  check(path: string): number {
    for (let row = 0; ; ) {
      const { next, rows, elements } = this.#call('check', [path, row]);
      if (next >= rows) return elements;
      row = next;
    }
  }

  close(): void {
    const library = this.#library;
    this.#library = null;
    if (library !== null && !library.isDead) {
      library.call({ file: this.#file, method: 'close', args: [] as never }, this.path);
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #open(): H5Library {
    const library = H5Library.shared();
    this.#file = library.call({ open: this.path }, this.path) as number;
    this.#library = library;
    return library;
  }

  #call<M extends FileMethod>(method: M, args: Parameters<LocalH5File[M]>): ReturnType<LocalH5File[M]> {
    if (this.#ruin !== null) throw this.#ruin;
    let library = this.#library;
    if (library === null || library.isDead) {
      // Another file has ended the library.
      library = this.#open();
      if (this.#lzf !== null && method !== 'decompressLzf') this.decompressLzf(this.#lzf);
    }
    const request = { file: this.#file, method, args: args as Parameters<LocalH5File[FileMethod]> };
    try {
      return library.call(request, this.path) as ReturnType<LocalH5File[M]>;
    } catch (error) {
      if (library.isDead) this.#ruin = error;
      throw error;
    }
  }
}
