import { SimtapeError } from '../../errors.ts';

export type DuckDB = typeof import('@duckdb/node-api');

/**
 * Loads DuckDB, which is an optional package.
 * @throws `BackendUnavailable` saying what to install
 */
export async function loadDuckDB(): Promise<DuckDB> {
  try {
    return await import('@duckdb/node-api');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    const why = missing ? 'is not installed' : `does not load (${(cause as Error).message})`;
    throw new SimtapeError(
      'BackendUnavailable',
      `SQL on this recording needs DuckDB, which ${why}: npm install @duckdb/node-api`,
      { backend: 'duckdb' },
      cause,
    );
  }
}
