import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { SimtapeError } from '../errors.ts';

/** Whoever opens a pipe waits until somebody writes into it; 0 where a system has no such flag. */
const AT_ONCE = constants.O_NONBLOCK ?? 0;
/** More than any manifest has. */
const MOST_TEXT = 2 ** 27;

/**
 * Opens a file for reading. What is none, a pipe or a device, is refused and never waited for.
 * @returns its descriptor
 * @throws `NotARecording` where it is none, and what the file system throws
 */
export function openRegular(path: string): number {
  const file = openSync(path, constants.O_RDONLY | AT_ONCE);
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  throw new SimtapeError('NotARecording', `${path} is not a file`, { path });
}

/**
 * The text of a small file, such as a manifest.
 * @throws `NotARecording` where it is none, or too large for one, and what the file system throws
 */
export function readSmallText(path: string): string {
  const file = openRegular(path);
  try {
    const { size } = fstatSync(file);
    if (size <= MOST_TEXT) return readFileSync(file, 'utf8');
    const message = `${path} has ${size} bytes, more than any that simtape writes`;
    throw new SimtapeError('NotARecording', message, { path });
  } finally {
    closeSync(file);
  }
}
