import { readSync, writeSync } from 'node:fs';

/** Most bytes in one call of the system, which takes no more than 2^31 - 1. */
const MOST = 2 ** 30;

/**
 * Writes all of some bytes at a place in a file: one call of the system may take only a part of them.
 * @param position byte of the file; null goes on where the last write ended
 */
export function writeWhole(file: number, bytes: Uint8Array, position: number | null): void {
  for (let done = 0; done < bytes.length; ) {
    const at = position === null ? null : position + done;
    done += writeSync(file, bytes, done, Math.min(bytes.length - done, MOST), at);
  }
}

/**
 * Fills `target` with the bytes of a file from a place on.
 * @returns how many there were: fewer than asked for where the file ends
 */
export function readInto(file: number, target: Uint8Array, position: number): number {
  let done = 0;
  while (done < target.length) {
    const read = readSync(file, target, done, Math.min(target.length - done, MOST), position + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}
