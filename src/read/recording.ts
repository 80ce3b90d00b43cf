import { basename, dirname } from 'node:path';
import { SimtapeError } from '../errors.ts';
import { isRunFolder } from './find.ts';
import { formatOf } from './format-of.ts';
import type { Reader } from './reader.ts';

/**
 * Opens a recording for reading, also one that is still being written, or whose process is gone.
 *
 * @param path a SQLite file, an HDF5 file, the folder of a Parquet run or of one in Arrow files, or a folder with any of them: all runs in it and its folders
 *   are read as one recording, their tables united and told apart by `run_id`
 * @throws `NotARecording` where there is none, or a damaged one; `NewerFormat` where this simtape is too old for it
 */
export async function openRecording(path: string): Promise<Reader> {
  switch (formatOf(path)) {
    case 'parquet':
      return (await import('./parquet/reader.ts')).ParquetReader.open(path);
    case 'arrow':
      return new (await import('./arrow/reader.ts')).ArrowReader(path);
    case 'folder':
      return (await import('./folder/reader.ts')).FolderReader.open(path, openRecording);
    case 'hdf5':
      return (await import('./hdf5/reader.ts')).Hdf5Reader.open(path);
    case 'sqlite':
      return new (await import('./sqlite/reader.ts')).SqliteReader(path);
    case null:
      throw notARecording(path);
  }
}

/** Says what a file is that is no recording by itself. */
function notARecording(path: string): SimtapeError<'NotARecording'> {
  const inRun = [dirname(path), dirname(dirname(path))].find(isRunFolder);
  const advice =
    inRun === undefined ? '' : `: it is part of the run in ${inRun} (${basename(inRun)}), open that`;
  return new SimtapeError('NotARecording', `${path} is not a simtape recording${advice}`, { path });
}
