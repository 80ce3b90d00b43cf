import { existsSync, statSync } from 'node:fs';
import { isHdf5 } from '../backends/hdf5/place.ts';
import { isSqlite } from '../backends/sqlite/open.ts';
import { SimtapeError } from '../errors.ts';
import { isArrowFolder } from './arrow/manifest.ts';
import type { VerifyReport } from './verify/checks.ts';

/**
 * Verifies a recording, whatever its format: reads all of it, and compares it with what it says of itself.
 *
 * @param path the file or the run's folder of a recording
 * @throws `NotARecording` where there is none, or so little of one that nothing can be checked; `NewerFormat`
 */
export async function verify(path: string): Promise<VerifyReport> {
  if (!existsSync(path)) throw new SimtapeError('NotARecording', `there is no ${path}`, { path });
  if (isArrowFolder(path)) return await (await import('./verify/arrow.ts')).verifyArrow(path);
  if (statSync(path).isDirectory())
    return await (await import('./verify/parquet-run.ts')).verifyParquetRun(path);
  if (isHdf5(path)) return await (await import('./verify/hdf5.ts')).verifyHdf5(path);
  if (isSqlite(path)) return await (await import('./verify/sqlite.ts')).verifySqlite(path);
  throw new SimtapeError('NotARecording', `${path} is not a simtape recording`, { path });
}
