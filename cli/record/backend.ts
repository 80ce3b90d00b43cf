import { existsSync, statSync } from 'node:fs';
import type { BackendName } from '../../src/backends/names.ts';
import { UsageError } from '../problems.ts';

const SQLITE = /\.(db|sqlite|sqlite3)$/;
const HDF5 = /\.(h5|hdf5)$/;

/** The backend that is named; else the one whose files end like the path, SQLite for other files, or Parquet. */
export function backendFor(named: BackendName | undefined, path: string | undefined): BackendName {
  if (path !== undefined && HDF5.test(path) && (named ?? 'hdf5') === 'hdf5') return 'hdf5';
  if (named === 'hdf5' && path !== undefined) {
    throw new UsageError(
      `--backend hdf5 records into a file, and ${path} is not named like one; end it in .h5`,
    );
  }
  const file = path !== undefined && (SQLITE.test(path) || isFile(path));
  if (named === 'parquet' && file) {
    throw new UsageError(`--backend parquet records into a folder, and ${path} is a file; name a folder`);
  }
  return named ?? (file ? 'sqlite' : 'parquet');
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
