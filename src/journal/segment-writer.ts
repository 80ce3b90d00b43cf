import { closeSync, fdatasyncSync, ftruncateSync, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder } from '../backends/sync-folder.ts';
import { writeWhole } from '../backends/whole-io.ts';
import { segmentName } from './format.ts';

/** A segment file that is being appended to. What was not kept by `keep` can be taken back. */
export class SegmentWriter {
  readonly path: string;
  /** Checksum of its header, which those of its records go on from. */
  readonly seed: number;
  /** Numbers of the newest plans that stand in it. */
  readonly plans: Set<number> = new Set();
  /** Highest number of a commit that stands in it. */
  lastCommit = 0;
  readonly #file: number;
  #kept = 0;
  #written = 0;

  /** Makes the file. `sync` makes it outlive a loss of power. */
  constructor(folder: string, number: number, header: { bytes: Uint8Array; seed: number }, sync: boolean) {
    this.path = join(folder, segmentName(number));
    this.seed = header.seed;
    this.#file = openSync(this.path, 'wx');
    try {
      this.write(header.bytes);
      if (sync) {
        fdatasyncSync(this.#file);
        syncFolder(folder);
      }
      this.keep();
    } catch (error) {
      this.close();
      unlinkSync(this.path);
      throw error;
    }
  }

  /** Bytes that stand in the file. */
  get bytes(): number {
    return this.#written;
  }

  write(bytes: Uint8Array): void {
    writeWhole(this.#file, bytes, this.#written);
    this.#written += bytes.length;
  }

  sync(): void {
    fdatasyncSync(this.#file);
  }

  keep(): void {
    this.#kept = this.#written;
  }

  /** Cuts off what was written since `keep`. Whether that could be done; where not, nothing more may be written. */
  takeBack(): boolean {
    this.#written = this.#kept;
    try {
      ftruncateSync(this.#file, this.#kept);
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}
