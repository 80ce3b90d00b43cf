import { METADATA_KEY } from '../../backends/parquet/file-metadata.ts';
import { RandomAccess } from '../parquet/random-access.ts';
import { checkPages } from './pages.ts';
import { keyValue, readFooter, readRows } from './parquet-file.ts';

/**
 * The rows of a small file that a run has beside its tables.
 * @throws an error in words where it is not what was written, or belongs to another run
 */
export async function readReport(path: string, runId: string): Promise<Record<string, unknown>[]> {
  const metadata = await readFooter(path);
  const said = keyValue(metadata, METADATA_KEY);
  if (said === null || (JSON.parse(said) as { runId?: unknown }).runId !== runId) {
    throw new Error('it is not of this run');
  }
  using access = new RandomAccess(path);
  for (const group of metadata.row_groups) {
    for (const [column, what] of checkPages(access, group)) throw new Error(`${column}: ${what}`);
  }
  const rows = await readRows(path, metadata);
  if (rows.length !== Number(metadata.num_rows))
    throw new Error(`it has ${rows.length} rows, not ${metadata.num_rows}`);
  return rows;
}
