import type { Reader } from '../read/index.ts';
import { openRecording } from '../read/index.ts';

/** The path of a recording, or a reader of one, which stays open. */
export type Source = string | Reader;

/** Reads a source, and closes what was opened for that. */
export async function reading<T>(source: Source, read: (reader: Reader) => Promise<T>): Promise<T> {
  if (typeof source !== 'string') return read(source);
  using reader = await openRecording(source);
  return await read(reader);
}
