import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync } from 'node:fs';
import type { Hdf5Sink, Hdf5Source } from '../../formats/hdf5/index.ts';
import { readInto, writeWhole } from '../whole-io.ts';

/** A file on disk that is written, and read where it is continued. */
export class DiskFile implements Hdf5Sink, Hdf5Source {
  readonly #file: number;
  readonly sync?: () => void;

  /**
   * @param flags `wx+` for a new file, `r+` for one that is there
   * @param durable whether checkpoints are to survive a loss of power
   */
  constructor(path: string, flags: 'wx+' | 'r+', durable: boolean) {
    this.#file = openSync(path, flags);
    if (durable) this.sync = () => fsyncSync(this.#file);
  }

  get size(): number {
    return fstatSync(this.#file).size;
  }

  write(offset: number, bytes: Uint8Array): void {
    writeWhole(this.#file, bytes, offset);
  }

  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    if (readInto(this.#file, bytes, offset) < length)
      throw new RangeError(`the file ends before byte ${offset + length}`);
    return bytes;
  }

  /** Cuts off what stands behind a byte. */
  truncate(size: number): void {
    if (this.size > size) ftruncateSync(this.#file, size);
  }

  close(): void {
    closeSync(this.#file);
  }
}
