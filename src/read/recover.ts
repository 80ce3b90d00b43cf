import { existsSync, statSync } from 'node:fs';
import { isHdf5 } from '../backends/hdf5/place.ts';
import { isSqlite } from '../backends/sqlite/open.ts';
import { SimtapeError } from '../errors.ts';
import { isArrowFolder } from './arrow/manifest.ts';
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
  if (!existsSync(path)) throw new SimtapeError('NotARecording', `there is no ${path}`, { path });
  if (isArrowFolder(path)) return (await import('./recover/arrow.ts')).recoverArrow(path);
  if (statSync(path).isDirectory()) {
    return await (await import('./recover/parquet-run.ts')).recoverParquetRun(path, options);
  }
  if (isHdf5(path)) return await (await import('./recover/hdf5.ts')).recoverHdf5(path, options);
  if (isSqlite(path)) return await (await import('./recover/sqlite.ts')).recoverSqlite(path, options);
  throw new SimtapeError('NotARecording', `${path} is not a simtape recording`, { path });
}
