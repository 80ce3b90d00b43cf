import { SimtapeError } from '../errors.ts';
import { formatOf } from './format-of.ts';
import type { RecoverOptions, RecoverReport } from './recover/report.ts';

/**
 * Finishes a recording whose process has gone without closing it: what is only in the journal gets its files, and
 * what is left of the writing is removed. It can be called again at any time, also after it was killed itself.
 *
 * @param path the file or the run's folder of a recording
 * @throws `NotARecording`, `NewerFormat`, `CannotOpen` where a living process still writes it, and what the file system
 * throws
 */
export async function recover(path: string, options: RecoverOptions = {}): Promise<RecoverReport> {
  switch (formatOf(path)) {
    case 'arrow':
      return (await import('./recover/arrow.ts')).recoverArrow(path);
    case 'parquet':
    case 'folder':
      return (await import('./recover/parquet-run.ts')).recoverParquetRun(path, options);
    case 'hdf5':
      return (await import('./recover/hdf5.ts')).recoverHdf5(path, options);
    case 'sqlite':
      return (await import('./recover/sqlite.ts')).recoverSqlite(path, options);
    case null:
      throw new SimtapeError('NotARecording', `${path} is not a simtape recording`, { path });
  }
}
