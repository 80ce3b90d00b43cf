import { closeSync, fsyncSync, openSync, renameSync, rmSync, writevSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from '../sync-folder.ts';
import { writeWhole } from '../whole-io.ts';

/** Chunks that together are smaller than this are joined: one write of 1 MB is faster than a hundred small ones. */
const JOIN_BYTES = 2 ** 20;
/** Buffers in one call of writev(2); Linux takes 1024. */
const MAX_BUFFERS = 512;

/** The hidden name of a file that is being written: in the same folder, so that renaming it is one step. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.tmp`);
}

export function isTemporaryName(name: string): boolean {
  return name.startsWith('.') && name.endsWith('.tmp');
}

/** Writes all chunks at a byte of a file. */
export function writeAll(file: number, chunks: readonly Uint8Array[], position: number): void {
  let at = position;
  for (let from = 0; from < chunks.length; from += MAX_BUFFERS) {
    const some = chunks.slice(from, from + MAX_BUFFERS);
    const size = some.reduce((sum, chunk) => sum + chunk.length, 0);
    if (size < JOIN_BYTES) {
      writeWhole(file, Buffer.concat(some, size), at);
    } else if (writevSync(file, some, at) !== size) {
      // Cut short: by a signal, or by a disk that is now full, which the next write says.
      writeWhole(file, Buffer.concat(some, size), at);
    }
    at += size;
  }
}

/** Makes a file of chunks under its name in one step; the old one, if any, is there until then. */
export function writeAtomically(path: string, chunks: readonly Uint8Array[], sync: boolean): void {
  const temporary = temporaryName(path);
  const file = openSync(temporary, 'w');
  try {
    writeAll(file, chunks, 0);
    if (sync) fsyncSync(file);
  } catch (error) {
    closeSync(file);
    rmSync(temporary, { force: true });
    throw error;
  }
  closeSync(file);
  renameInPlace(temporary, path, sync);
}

/** Gives a file its name; `sync` makes that survive a loss of power. */
export function renameInPlace(from: string, to: string, sync: boolean): void {
  renameSync(from, to);
  if (sync) syncFolder(dirname(to));
}
