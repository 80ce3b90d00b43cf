import { existsSync, statSync } from 'node:fs';
import { isSqlite } from '../backends/sqlite/open.ts';
import { SimtapeError } from '../errors.ts';
import type { Reader } from './reader.ts';

/**
 * Opens a recording for reading, also one that is still being written.
 *
 * @param path the file of a recording
 * @throws `NotARecording` where there is none, `NewerFormat` where this simtape is too old for it
 */
export async function openRecording(path: string): Promise<Reader> {
  if (!existsSync(path)) {
    throw new SimtapeError('NotARecording', `there is no ${path}`, { path });
  }
  if (statSync(path).isDirectory()) {
    throw new SimtapeError(
      'NotARecording',
      `${path} is a folder: name a recording in it (simtape ls ${path} lists them)`,
      {
        path,
      },
    );
  }
  if (isSqlite(path)) return new (await import('./sqlite/reader.ts')).SqliteReader(path);
  throw new SimtapeError('NotARecording', `${path} is not a simtape recording`, { path });
}
