import { statSync } from 'node:fs';
import { isHdf5 } from '../backends/hdf5/place.ts';
import { isSqlite } from '../backends/sqlite/open.ts';
import { SimtapeError } from '../errors.ts';
import { isArrowFolder } from './arrow/manifest.ts';
import { isParquetFolder } from './find.ts';

/** What a path names; `folder` is one that is no run itself, null a file that is no recording. */
export type Found = 'parquet' | 'arrow' | 'folder' | 'hdf5' | 'sqlite' | null;

/** Files that SQLite opens beside its own. */
const SQLITE_SIDES = ['-wal', '-shm', '-journal'];

/**
 * Finds out what a path names, without waiting for pipes and devices.
 * @throws `NotARecording` where there is nothing, or nothing that can be read
 */
export function formatOf(path: string): Found {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) throw notARecording(path, `there is no ${path}`);
    if (stats.isDirectory()) {
      if (isParquetFolder(path)) return 'parquet';
      return isArrowFolder(path) ? 'arrow' : 'folder';
    }
    if (isHdf5(path)) return 'hdf5';
    if (!isSqlite(path)) return null;
    for (const side of SQLITE_SIDES) {
      const isFile = statSync(path + side, { throwIfNoEntry: false })?.isFile() ?? true;
      if (!isFile) throw notARecording(path, `${path}${side} is not a file: remove it`);
    }
    return 'sqlite';
  } catch (cause) {
    if (cause instanceof SimtapeError) throw cause;
    throw notARecording(path, `${path} cannot be read: ${(cause as Error).message}`, cause);
  }
}

function notARecording(path: string, message: string, cause?: unknown): SimtapeError<'NotARecording'> {
  return new SimtapeError('NotARecording', message, { path }, cause);
}
