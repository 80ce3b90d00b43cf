import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRegular } from '../../backends/regular-file.ts';
import { SimtapeError } from '../../errors.ts';
import { readSuperblock } from '../../formats/hdf5/superblock.ts';
import { damaged } from '../parquet/damage.ts';

/** Bytes that are copied at once. */
const BLOCK = 2 ** 22;
/** How often a file whose checkpoints come too fast is tried again. */
const ATTEMPTS = 20;
const SUPERBLOCK = 48;

/** A copy of a file, which is deleted at the end. */
export interface Snapshot {
  readonly path: string;
  remove(): void;
}

/**
 * Copies a file that is being written as it was at its last checkpoint: what that consists of stays as it is until the
 * next one. The copy is made again where another was made meanwhile.
 * @throws `NotARecording` where there was no time for that
 */
export function takeSnapshot(path: string): Snapshot {
  const folder = mkdtempSync(join(tmpdir(), 'simtape-hdf5-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  const copy = join(folder, 'checkpoint.h5');
  process.once('exit', removeFolder);
  const remove = () => {
    process.off('exit', removeFolder);
    removeFolder();
  };
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (tryCopy(path, copy)) return { path: copy, remove };
    }
    throw damaged(path, 'its checkpoints come faster than it can be copied: try again');
  } catch (error) {
    remove();
    // The file system's own errors, such as a full disk, say what to do.
    if (error instanceof SimtapeError || (error as NodeJS.ErrnoException).code !== undefined) throw error;
    throw damaged(path, (error as Error).message, error);
  }
}

function tryCopy(path: string, copy: string): boolean {
  const from = openRegular(path);
  const to = openSync(copy, 'w');
  try {
    const superblock = readAt(from, 0, SUPERBLOCK);
    const { end } = readSuperblock({ size: Number.MAX_SAFE_INTEGER, read: () => superblock });
    writeAt(to, superblock, 0);
    for (let at = SUPERBLOCK; at < end; at += BLOCK) {
      writeAt(to, readAt(from, at, Math.min(BLOCK, end - at)), at);
    }
    const now = readAt(from, 0, SUPERBLOCK);
    return now.every((byte, i) => byte === superblock[i]);
  } finally {
    closeSync(from);
    closeSync(to);
  }
}

function readAt(file: number, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const some = readSync(file, bytes, done, length - done, position + done);
    if (some === 0) throw new Error('the file is shorter than it says');
    done += some;
  }
  return bytes;
}

function writeAt(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}
