import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DuckDBBlobValue,
  type DuckDBConnection,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBTimestampTZValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { spell } from '../../../support/parquet-cells.ts';
import type { ParquetReader } from './reader.ts';

const TEXTS = new Set(['utf8', 'json', 'enum']);
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

let shared: Promise<DuckDBConnection> | undefined;

/** Runs SQL over a file, which is called `$file` in it. Gives the columns of the result. */
export async function query(file: Uint8Array, sql: string): Promise<DuckDBValue[][]> {
  shared ??= DuckDBInstance.create(':memory:').then((database) => database.connect());
  const connection = await shared;
  const folder = mkdtempSync(join(tmpdir(), 'simtape-duckdb-'));
  try {
    const path = join(folder, 'file.parquet');
    writeFileSync(path, file);
    return (await connection.runAndReadAll(sql.replaceAll('$file', `'${path}'`))).getColumns();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const duckdb: ParquetReader = {
  name: 'DuckDB',
  async read(file, columns) {
    // Texts as bytes: the binding would drop byte order marks.
    const chosen = columns.map(({ name, kind }) => (TEXTS.has(kind) ? `encode("${name}")` : `"${name}"`));
    const found = await query(file, `SELECT ${chosen.join(', ')} FROM $file`);
    // A result without rows has no columns.
    return columns.map((column, i) =>
      (found[i] ?? []).map((value) => spell(column, TEXTS.has(column.kind) ? text(value) : plain(value))),
    );
  },
  // Until version 2: "BYTE_STREAM_SPLIT encoding is only supported for FLOAT or DOUBLE data".
  refuses: ({ kind, element, encoding }) =>
    encoding === 'BYTE_STREAM_SPLIT' && !['f32', 'f64'].includes(element ?? kind),
  known: ({ kind }, spelled) =>
    kind === 'timestamp' && spelled !== null ? microseconds(BigInt(spelled as string)) : spelled,
};

const INFINITE = 2n ** 63n - 1n;

/** TIMESTAMP WITH TIME ZONE has microseconds in DuckDB, which drops the rest, and two values that it holds for infinite. */
function microseconds(nanoseconds: bigint): string {
  const infinite = nanoseconds === INFINITE || nanoseconds === -INFINITE;
  return String(infinite ? nanoseconds : nanoseconds / 1000n);
}

function plain(value: DuckDBValue): unknown {
  if (value instanceof DuckDBListValue) return value.items.map(plain);
  if (value instanceof DuckDBBlobValue) return value.bytes;
  if (value instanceof DuckDBTimestampTZValue) return value.micros;
  return value;
}

function text(value: DuckDBValue): string | null {
  return value === null ? null : decoder.decode((value as DuckDBBlobValue).bytes);
}
