import { existsSync, statSync } from 'node:fs';
import { UsageError } from '../problems.ts';

export type Backend = 'parquet' | 'sqlite' | 'none';

const SQLITE = /\.(db|sqlite|sqlite3)$/;

/** The backend that is named; else SQLite where the path is that of a SQLite file, and Parquet everywhere else. */
export function backendFor(named: Backend | undefined, path: string | undefined): Backend {
  const file = path !== undefined && (SQLITE.test(path) || isFile(path));
  if (named === 'parquet' && file) {
    throw new UsageError(`--backend parquet records into a folder, and ${path} is a file; name a folder`);
  }
  return named ?? (file ? 'sqlite' : 'parquet');
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
