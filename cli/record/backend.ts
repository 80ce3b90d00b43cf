import { existsSync, statSync } from 'node:fs';
import { UsageError } from '../problems.ts';

export const BACKENDS = ['parquet', 'hdf5', 'sqlite', 'none'] as const;
export type Backend = (typeof BACKENDS)[number];

const SQLITE = /\.(db|sqlite|sqlite3)$/;
const HDF5 = /\.(h5|hdf5)$/;

/** The backend that is named; else the one whose files have a path's name, and Parquet everywhere else. */
export function backendFor(named: Backend | undefined, path: string | undefined): Backend {
  if (path === undefined) return named ?? 'parquet';
  const hdf5 = HDF5.test(path);
  const file = hdf5 || SQLITE.test(path) || isFile(path);
  if (named === 'parquet' && file) {
    throw new UsageError(`--backend parquet records into a folder, and ${path} is a file; name a folder`);
  }
  return named ?? (hdf5 ? 'hdf5' : file ? 'sqlite' : 'parquet');
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
