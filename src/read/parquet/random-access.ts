import { closeSync, fstatSync, readSync } from 'node:fs';
import type { AsyncBuffer } from 'hyparquet';
import { openRegular } from '../../backends/regular-file.ts';

/**
 * A file as hyparquet reads it. It is opened for each reading and not kept open, so that a run may have any number of
 * files.
 */
export class RandomAccess implements AsyncBuffer, Disposable {
  readonly byteLength: number;
  readonly #file: number;

  constructor(path: string) {
    this.#file = openRegular(path);
    this.byteLength = fstatSync(this.#file).size;
  }

  slice(start: number, end: number = this.byteLength): ArrayBuffer {
    const length = end - start;
    if (!(start >= 0 && length >= 0 && end <= this.byteLength)) {
      throw new Error(`bytes ${start} to ${end} are not in a file of ${this.byteLength}`);
    }
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const read = readSync(this.#file, bytes, done, length - done, start + done);
      if (read === 0) throw new Error('the file has become shorter');
      done += read;
    }
    return bytes.buffer;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}
