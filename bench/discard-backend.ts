import type { BackendFactory, Commit, StorageBackend, WriteReport } from '../src/index.ts';

const NOTHING_REJECTED: WriteReport = { rejected: new Map(), examples: [] };

/** What `options` may say. */
export interface DiscardOptions {
  /** Pretends to be a disk that takes this many rows a second; as fast as it goes where it is left out. */
  readonly rowsPerSecond?: number;
}

/**
 * Takes rows and stores nothing: what is left is the cost of recording itself. It reads one number of each column and
 * row, since the cache lines that go to the other core and back are part of that cost.
 */
class DiscardBackend implements StorageBackend {
  readonly #options: DiscardOptions;
  /** Kept, so that the reads are not optimized away. */
  sum = 0;

  constructor(options: DiscardOptions) {
    this.#options = options;
  }

  open(): { path: null } {
    return { path: null };
  }

  createTable(): { first: number; last: number } {
    return { first: 1, last: 2 ** 40 };
  }

  write(commit: Commit): WriteReport {
    let rows = 0;
    for (const table of commit.tables) {
      rows += table.rows;
      for (const { layout, views, from, to } of table.slices) {
        for (const { view, start, width } of layout.fields) {
          const values = views[view];
          for (let row = from; row < to; row++) this.sum += Number(values[start + row * width]);
        }
      }
    }
    const { rowsPerSecond } = this.#options;
    if (rowsPerSecond !== undefined) sleep((rows / rowsPerSecond) * 1000);
    return NOTHING_REJECTED;
  }

  close(): void {}
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

const factory: BackendFactory = ({ options }) => new DiscardBackend(options);
export default factory;
