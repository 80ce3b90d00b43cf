import { open } from 'node:fs/promises';
import * as arrow from 'apache-arrow';
import { SimtapeError } from '../../errors.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import { RandomAccess } from '../parquet/random-access.ts';
import type { Cells } from '../pieces.ts';
import { cellsOf } from './cells.ts';
import { checkColumn } from './column-check.ts';
import { checkFraming } from './framing.ts';
import type { BatchNote } from './manifest.ts';
import { registerZstd } from './zstd.ts';

registerZstd();

/**
 * Reads rows of one record batch of a file. The file is open only as long as that takes.
 *
 * @param columns in the order in which their cells come
 * @throws `NotARecording` where the file is not what the manifest says
 */
export async function readBatch(
  path: string,
  index: number,
  note: BatchNote,
  columns: readonly StoredColumn[],
  from: number,
  to: number,
): Promise<Cells[]> {
  try {
    lookAt(path, index);
    await using file = await open(path);
    const reader = await arrow.AsyncRecordBatchFileReader.from(file);
    await reader.open();
    const batch = await (reader as arrow.AsyncRecordBatchFileReader).readRecordBatch(index);
    if (batch === null || batch.numRows !== note.rows) {
      throw new Error(`batch ${index} has ${batch?.numRows ?? 'no'} rows, not ${note.rows}`);
    }
    return columns.map((column) => {
      const at = batch.schema.fields.findIndex(({ name }) => name === column.name);
      if (at < 0) throw new Error(`it has no column ${column.name}`);
      const data = batch.data.children[at]!;
      checkColumn(column, data, note.rows);
      return cellsOf(column, data, from, to);
    });
  } catch (cause) {
    const message = `${path} is damaged: ${(cause as Error).message}`;
    throw new SimtapeError('NotARecording', message, { path }, cause);
  }
}

function lookAt(path: string, index: number): void {
  using access = new RandomAccess(path);
  checkFraming(access, index);
}
