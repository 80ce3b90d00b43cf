import type { Hdf5Sink, Hdf5Source } from '../../../../src/formats/hdf5/index.ts';

/** One write, as a sink got it. */
export interface Write {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A file in memory, to be written and read. */
export class MemoryFile implements Hdf5Sink, Hdf5Source {
  #bytes = new Uint8Array(2 ** 16);
  size = 0;
  /** Called before each write. */
  onWrite: ((write: Write) => void) | null = null;

  write(offset: number, bytes: Uint8Array): void {
    this.onWrite?.({ offset, bytes });
    const end = offset + bytes.length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, offset);
    this.size = Math.max(this.size, end);
  }

  read(offset: number, length: number): Uint8Array {
    if (offset + length > this.size) throw new RangeError(`${length} bytes at ${offset} of ${this.size}`);
    return this.#bytes.slice(offset, offset + length);
  }

  /** A copy that goes its own way. */
  clone(): MemoryFile {
    const copy = new MemoryFile();
    copy.write(0, this.bytes);
    return copy;
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.size);
  }
}
