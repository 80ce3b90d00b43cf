import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { bigintsAsNumbers } from '../../backends/exact-json.ts';
import type { SqlRun } from './source.ts';

/** Runs that one statement inserts: each statement takes a millisecond, whatever it does. */
const RUNS_AT_ONCE = 256;

/** Makes the table of runs: the documented columns first, as in a SQLite recording. */
export async function insertRuns(connection: DuckDBConnection, runs: readonly SqlRun[]): Promise<void> {
  await connection.run(`CREATE TABLE runs (
    run_id VARCHAR, start_timestamp DOUBLE, end_timestamp DOUBLE, configuration JSON, metadata JSON,
    world VARCHAR, seed VARCHAR, configuration_hash VARCHAR, provenance JSON, state VARCHAR, format VARCHAR,
    path VARCHAR)`);
  for (let first = 0; first < runs.length; first += RUNS_AT_ONCE) {
    const rows = runs.slice(first, first + RUNS_AT_ONCE).map(valuesOf);
    const places = rows.map((values) => `(${values.map(() => '?').join(', ')})`);
    await connection.run(`INSERT INTO runs VALUES ${places.join(', ')}`, rows.flat());
  }
}

function valuesOf({ run, path, format }: SqlRun): DuckDBValue[] {
  return [
    run.runId,
    run.startTimestamp,
    run.endTimestamp,
    json(run.configuration),
    json(run.metadata),
    run.world,
    run.seed,
    run.configurationHash,
    json(run.provenance),
    run.state,
    format,
    path,
  ];
}

function json(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value, bigintsAsNumbers);
}
