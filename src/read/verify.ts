import { SimtapeError } from '../errors.ts';
import { formatOf } from './format-of.ts';
import type { VerifyReport } from './verify/checks.ts';

/**
 * Verifies a recording, whatever its format: reads all of it, and compares it with what it says of itself.
 *
 * @param path the file or the run's folder of a recording
 * @throws `NotARecording` where there is none, or so little of one that nothing can be checked; `NewerFormat`
 */
export async function verify(path: string): Promise<VerifyReport> {
  switch (formatOf(path)) {
    case 'arrow':
      return (await import('./verify/arrow.ts')).verifyArrow(path);
    case 'parquet':
    case 'folder':
      return (await import('./verify/parquet-run.ts')).verifyParquetRun(path);
    case 'hdf5':
      return (await import('./verify/hdf5.ts')).verifyHdf5(path);
    case 'sqlite':
      return (await import('./verify/sqlite.ts')).verifySqlite(path);
    case null:
      throw new SimtapeError('NotARecording', `${path} is not a simtape recording`, { path });
  }
}
