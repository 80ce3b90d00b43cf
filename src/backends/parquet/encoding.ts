import type { ParquetColumn } from '../../formats/parquet/index.ts';
import type { RowBuilder } from './row-builder.ts';
import type { RowGroup } from './row-group.ts';

/** How a row group that another thread encodes is waited for, and let go. */
export interface EncodingQueue {
  /** Waits until the encoding is settled. */
  wait(encoding: Encoding): void;
  /** The encoding is no longer needed. */
  remove(encoding: Encoding): void;
}

/** Rows to be encoded. */
export interface EncodingTask {
  readonly columns: readonly ParquetColumn[];
  /** Its first rows. It must not change until it is recycled. */
  readonly builder: RowBuilder;
  readonly rows: number;
  /** Makes the row group on this thread, for when the other one did not. */
  readonly encodeHere: () => RowGroup;
  /** Takes the builder back. */
  readonly recycle: () => void;
}

/** A row group on its way through another thread. Its rows stay in memory until it is written. */
export class Encoding {
  readonly rows: number;
  readonly #queue: EncodingQueue;
  readonly #encodeHere: () => RowGroup;
  readonly #recycle: () => void;
  #group: RowGroup | null = null;
  #isSettled = false;
  /** Writes it, and all of its file before it. Throws what the file system throws. Set by the file that expects it. */
  write: () => void = () => this.release();

  constructor(queue: EncodingQueue, task: EncodingTask) {
    this.#queue = queue;
    this.rows = task.rows;
    this.#encodeHere = task.encodeHere;
    this.#recycle = task.recycle;
  }

  /** Whether the other thread has answered, or has been given up. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** @param group null where the other thread failed */
  settle(group: RowGroup | null): void {
    this.#group = group;
    this.#isSettled = true;
  }

  /** The row group. Waits for it; what the other thread could not encode is tried here, so that its error is ours. */
  group(): RowGroup {
    this.#queue.wait(this);
    this.#group ??= this.#encodeHere();
    return this.#group;
  }

  /** Lets its rows go. */
  release(): void {
    // The other thread may still be reading them.
    this.#queue.wait(this);
    this.#queue.remove(this);
    this.#recycle();
  }
}
