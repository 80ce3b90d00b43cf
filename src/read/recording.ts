import { existsSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isHdf5 } from '../backends/hdf5/place.ts';
import { isSqlite } from '../backends/sqlite/open.ts';
import { SimtapeError } from '../errors.ts';
import { isArrowFolder } from './arrow/manifest.ts';
import { isRunFolder } from './find.ts';
import type { Reader } from './reader.ts';

/**
 * Opens a recording for reading, also one that is still being written, or whose process is gone.
 *
 * @param path a SQLite file, an HDF5 file, the folder of a Parquet run or of one in Arrow files, or a folder with any of them: all runs in it and its folders
 *   are read as one recording, their tables united and told apart by `run_id`
 * @throws `NotARecording` where there is none, or a damaged one; `NewerFormat` where this simtape is too old for it
 */
export async function openRecording(path: string): Promise<Reader> {
  if (!existsSync(path)) {
    throw new SimtapeError('NotARecording', `there is no ${path}`, { path });
  }
  if (statSync(path).isDirectory()) {
    if (isRunFolder(path)) return (await import('./parquet/reader.ts')).ParquetReader.open(path);
    if (isArrowFolder(path)) return new (await import('./arrow/reader.ts')).ArrowReader(path);
    return (await import('./folder/reader.ts')).FolderReader.open(path, openRecording);
  }
  if (isHdf5(path)) return (await import('./hdf5/reader.ts')).Hdf5Reader.open(path);
  if (isSqlite(path)) return new (await import('./sqlite/reader.ts')).SqliteReader(path);
  const inRun = [dirname(path), dirname(dirname(path))].find(isRunFolder);
  const advice =
    inRun === undefined ? '' : `: it is part of the run in ${inRun} (${basename(inRun)}), open that`;
  throw new SimtapeError('NotARecording', `${path} is not a simtape recording${advice}`, { path });
}
