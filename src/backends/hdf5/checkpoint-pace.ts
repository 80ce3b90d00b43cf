import type { Hdf5Writer } from '../../formats/hdf5/index.ts';

/** Of the file, what a checkpoint may leave behind that holds nothing any more. */
const MOST_SUPERSEDED = 0.1;
/** Bytes and milliseconds between two looks at whether it is time. */
const LOOK_BYTES = 4 * 2 ** 20;
const LOOK_MS = 1000;

/**
 * When a checkpoint is made: as often as what it supersedes stays within a tenth of the file, and always where the journal
 * has become too long.
 */
export class CheckpointPace {
  readonly #writer: Hdf5Writer;
  readonly #journalBytes: number;
  #lookAt = LOOK_BYTES;
  #lookedAt = performance.now();

  constructor(writer: Hdf5Writer, journalBytes: number) {
    this.#writer = writer;
    this.#journalBytes = journalBytes;
  }

  /** @param journalBytes bytes of the journal; null where there is none, and the file's own tell */
  isTime(journalBytes: number | null): boolean {
    const bytes = journalBytes ?? this.#writer.size;
    if (journalBytes !== null && bytes >= this.#journalBytes) return true;
    const now = performance.now();
    if (bytes < this.#lookAt && now - this.#lookedAt < LOOK_MS) return false;
    this.#lookAt = bytes + LOOK_BYTES;
    this.#lookedAt = now;
    const { superseded, checkpointCost, size } = this.#writer;
    return superseded + checkpointCost <= size * MOST_SUPERSEDED;
  }

  /** A checkpoint was made. */
  made(journalBytes: number | null): void {
    this.#lookAt = (journalBytes ?? this.#writer.size) + LOOK_BYTES;
    this.#lookedAt = performance.now();
  }
}
