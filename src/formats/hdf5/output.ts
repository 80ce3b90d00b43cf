import type { Hdf5Sink } from './sink.ts';

/** Bytes collected before the sink gets them. */
const COLLECTED = 2 ** 18;
/** Bytes that are not worth copying: a usual chunk that is not compressed goes to the sink as it is. */
const LARGE = 2 ** 16;

/** Hands bytes to a sink, joining small neighbours into one write. After an error of the sink it takes nothing. */
export class Output {
  readonly #sink: Hdf5Sink;
  readonly #buffer = new Uint8Array(COLLECTED);
  #start = 0;
  #length = 0;
  /** First byte behind all that was written. */
  #written = 0;
  #failure: unknown = null;

  constructor(sink: Hdf5Sink, written: number) {
    this.#sink = sink;
    this.#written = written;
  }

  write(address: number, bytes: Uint8Array): void {
    if (address !== this.#start + this.#length || this.#length + bytes.length > COLLECTED) this.flush();
    this.#refuseFailed();
    if (bytes.length >= LARGE) {
      this.flush();
      this.#send(address, bytes);
      return;
    }
    if (this.#length === 0) this.#start = address;
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  flush(): void {
    this.#refuseFailed();
    if (this.#length === 0) return;
    this.#send(this.#start, this.#buffer.subarray(0, this.#length));
    this.#length = 0;
  }

  /** Everything up to `end` is there, then the superblock. */
  commit(end: number, superblock: Uint8Array): void {
    this.flush();
    // Readers refuse a file that is shorter than its superblock says.
    if (this.#written < end) this.#send(end - 1, new Uint8Array(1));
    this.#attempt(() => this.#sink.sync?.());
    this.#send(0, superblock);
    this.#attempt(() => this.#sink.sync?.());
  }

  #send(address: number, bytes: Uint8Array): void {
    this.#attempt(() => this.#sink.write(address, bytes));
    this.#written = Math.max(this.#written, address + bytes.length);
  }

  #attempt(action: () => void): void {
    this.#refuseFailed();
    try {
      action();
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  /** What the file holds after a failed write is not known, but its last checkpoint stands. */
  #refuseFailed(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}
