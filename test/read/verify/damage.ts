import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { storedColumns } from '../../../src/backends/files/plans.ts';
import { type Batch, type ParquetColumn, ParquetWriter } from '../../../src/formats/parquet/index.ts';
import type { TablePlan } from '../../../src/schema/plan.ts';
import { scratch } from '../../backends/scratch.ts';

/** A copy of a recording that is gone when the test ends. */
export function copyOf(path: string): string {
  const copy = join(scratch(), 'copy');
  cpSync(path, copy, { recursive: true });
  return copy;
}

/** Changes bytes of a file. */
export function damage(path: string, change: (bytes: Uint8Array) => Uint8Array): void {
  writeFileSync(path, change(new Uint8Array(readFileSync(path))));
}

/** Changes a text file that holds JSON. */
export function editJson(path: string, edit: (value: Record<string, unknown>) => unknown): void {
  writeFileSync(path, JSON.stringify(edit(JSON.parse(readFileSync(path, 'utf8')))));
}

export interface Facts {
  runId: string;
  table: string;
  episode?: number;
  part: number;
  firstCommit: number;
  lastCommit: number;
  rows: number;
  plan: TablePlan;
}

/**
 * Writes a file of a run anew, with other rows and other things that it says of itself: sound in itself, so that only
 * a comparison with the rest of the run shows what is wrong.
 */
export async function rewrite(
  path: string,
  edit: (rows: Record<string, unknown>[], facts: Facts) => Record<string, unknown>[],
): Promise<void> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const facts = JSON.parse(
    metadata.key_value_metadata!.find(({ key }) => key === 'simtape')!.value!,
  ) as Facts;
  const rows = edit(await parquetReadObjects({ file, compressors }), facts);
  facts.rows = rows.length;
  const columns = storedColumns(facts.plan);
  const writer = new ParquetWriter({ columns });
  const chunks = writer.writeRowGroup({
    rows: rows.length,
    columns: columns.map((column) => [sliceOf(column, rows)]),
  });
  const bytes = Buffer.concat([...chunks, ...writer.finish({ simtape: JSON.stringify(facts) })]);
  writeFileSync(path, bytes);
}

function sliceOf(
  { name, kind }: ParquetColumn,
  rows: readonly Record<string, unknown>[],
): Batch['columns'][number][number] {
  const cells = rows.map((row) => row[name] ?? null);
  const validity = Uint8Array.from(cells, (cell) => (cell === null ? 0 : 1));
  if (kind === 'f64') return { rows: rows.length, validity, values: Float64Array.from(cells, Number) };
  if (kind === 'bool') return { rows: rows.length, validity, values: Uint8Array.from(cells, Number) };
  if (kind === 'ref' || kind === 'i64') {
    return {
      rows: rows.length,
      validity,
      values: BigInt64Array.from(cells, (cell) => BigInt((cell ?? 0) as bigint)),
    };
  }
  const texts = cells.map((cell) =>
    cell === null || typeof cell === 'string' ? cell : JSON.stringify(cell),
  );
  return { rows: rows.length, validity, values: texts };
}

/** Names of files in a run's folder, relative, with their temporary ones. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
