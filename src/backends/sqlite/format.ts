/** `simt` in ASCII: marks a SQLite file as a recording (PRAGMA application_id). */
export const APPLICATION_ID = 0x73696d74;
/** Version of the tables below (PRAGMA user_version). */
export const FORMAT_VERSION = 1;
/** Most columns that a SQLite table has (SQLITE_MAX_COLUMN as SQLite is compiled by default). */
export const MAX_COLUMNS = 2000;
/** Most parameters of a statement (SQLITE_MAX_VARIABLE_NUMBER). */
export const MAX_PARAMETERS = 32_766;

/**
 * The recorder's own tables.
 *
 * - `runs`: one row a run; its first columns are the documented ones.
 * - `simtape_tables`, `simtape_columns`: what each table and column holds, in what unit.
 * - `simtape_writers`: processes that record into the file now, so that ids are given out once.
 * - `simtape_exact`: values that SQLite cannot hold (-0, NaN where NULL means null, u64 from 2^63 on): `bits` are the
 *   eight bytes of the value, little-endian, and `row_ids` the rows that have it, as little-endian int64.
 */
export const CATALOGUE: string = `
CREATE TABLE runs (
  run_id TEXT PRIMARY KEY,
  start_timestamp REAL NOT NULL,
  end_timestamp REAL,
  configuration TEXT,
  metadata TEXT,
  run_number INTEGER NOT NULL UNIQUE,
  world TEXT,
  seed TEXT,
  configuration_hash TEXT,
  provenance TEXT
);
CREATE TABLE simtape_tables (
  table_name TEXT PRIMARY KEY,
  id_column TEXT,
  key_column TEXT,
  is_static INTEGER NOT NULL,
  description TEXT,
  next_id INTEGER NOT NULL
);
CREATE TABLE simtape_columns (
  table_name TEXT NOT NULL REFERENCES simtape_tables(table_name),
  column_name TEXT NOT NULL,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  nullable INTEGER NOT NULL,
  unit TEXT,
  description TEXT,
  clock TEXT,
  details TEXT,
  PRIMARY KEY (table_name, column_name)
);
CREATE TABLE simtape_writers (
  writer_id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  host TEXT NOT NULL,
  process_id INTEGER NOT NULL
);
CREATE TABLE simtape_exact (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  run_number INTEGER NOT NULL,
  bits BLOB NOT NULL,
  row_ids BLOB NOT NULL
);
CREATE INDEX simtape_exact_table ON simtape_exact (table_name);
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${FORMAT_VERSION};
`;

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
