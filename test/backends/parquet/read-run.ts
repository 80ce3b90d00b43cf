import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredValue } from '../../../src/backends/commit.ts';
import { storedColumns } from '../../../src/backends/files/plans.ts';
import { type FileMetadata, parseFileMetadata } from '../../../src/backends/parquet/file-metadata.ts';
import { isTemporaryName } from '../../../src/backends/parquet/files.ts';
import type { StoredColumn } from '../../../src/schema/plan.ts';
import { metadataOf, readRows } from '../../formats/parquet/read.ts';

export type ReadRow = Record<string, StoredValue>;

/** A file with rows, as hyparquet reads it. */
export interface ReadFile {
  /** Relative to the run's folder. */
  readonly path: string;
  readonly metadata: FileMetadata;
  readonly rowGroups: readonly number[];
  readonly rows: readonly ReadRow[];
}

/** All files of a run that have their name, hidden ones apart. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

export function hiddenFilesIn(folder: string): string[] {
  return filesIn(folder).filter((path) => isTemporaryName(path.split('/').at(-1)!));
}

/** The files of a table, in the order of their commits, parts and episodes. */
export async function readFiles(folder: string, table: string): Promise<ReadFile[]> {
  const files: ReadFile[] = [];
  for (const path of filesIn(folder)) {
    if (!path.endsWith('.parquet') || !path.includes('/')) continue;
    const bytes = readFileSync(join(folder, path));
    const described = metadataOf(bytes);
    const text = described.key_value_metadata?.find(({ key }) => key === 'simtape')?.value;
    const metadata = parseFileMetadata(text ?? '');
    if (metadata === null) throw new Error(`${path} does not say what it is: ${text}`);
    if (metadata.table !== table) continue;
    const columns = storedColumns(metadata.plan);
    const rows = (await readRows(bytes)).map((row) =>
      Object.fromEntries(columns.map((column) => [column.name, storedValue(column, row[column.name])])),
    );
    if (rows.length !== metadata.rows)
      throw new Error(`${path} holds ${rows.length} rows, not ${metadata.rows}`);
    const rowGroups = described.row_groups.map(({ num_rows }) => Number(num_rows));
    files.push({ path, metadata, rowGroups, rows });
  }
  const order = ({ metadata: { episode = 0, part } }: ReadFile) => episode * 1e6 + part;
  return files.sort((a, b) => order(a) - order(b));
}

/** All rows of a table; columns that a file has not got are null. */
export async function readTable(folder: string, table: string): Promise<ReadRow[]> {
  const files = await readFiles(folder, table);
  const names = new Set(
    files.flatMap(({ metadata }) => storedColumns(metadata.plan).map(({ name }) => name)),
  );
  return files.flatMap(({ rows }) =>
    rows.map((row) => Object.fromEntries(Array.from(names, (name) => [name, row[name] ?? null]))),
  );
}

const ELEMENTS = {
  f64: Float64Array,
  f32: Float32Array,
  i8: Int8Array,
  i16: Int16Array,
  i32: Int32Array,
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  bool: Uint8Array,
};

/** What hyparquet reads as what was recorded. */
function storedValue({ kind, element }: StoredColumn, value: unknown): StoredValue {
  if (value === null || value === undefined) return null;
  if (kind === 'ref') return Number(value);
  if (kind === 'array') {
    const array = (ELEMENTS[element!] as Float64ArrayConstructor).from(value as number[]);
    return new Uint8Array(array.buffer);
  }
  return value as StoredValue;
}
