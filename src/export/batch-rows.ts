import { isInArena } from '../buffer/layout.ts';
import type { Reader, TableReader } from '../read/reader.ts';

const MOST_ROWS = 65_536;
/** Bytes of values that a batch should have at the most. */
const BATCH_BYTES = 16 * 2 ** 20;
/** A recording that is smaller on disk is not looked at first. */
const SMALL_BYTES = 4 * 2 ** 20;
const SAMPLE_ROWS = 64;

/** Rows of a batch so that it takes some 16 MB: by the columns' widths, and by the texts of the first rows. */
export async function batchRowsOf(reader: Reader, table: TableReader, run?: string): Promise<number> {
  const { columns } = table.info;
  let bytes = columns.reduce((sum, { length = 1 }) => sum + 8 * length, 8);
  const texts = columns.filter(isInArena).map(({ name }) => name);
  if (texts.length > 0 && reader.bytes > SMALL_BYTES) {
    const sample = await table.columns({
      select: texts,
      limit: SAMPLE_ROWS,
      ...(run === undefined ? {} : { run }),
    });
    for (const { values } of Object.values(sample)) {
      let sum = 0;
      for (let row = 0; row < values.length; row++) sum += (values[row] as string | null)?.length ?? 0;
      bytes += (2 * sum) / Math.max(1, values.length);
    }
  }
  return Math.max(1, Math.min(MOST_ROWS, Math.floor(BATCH_BYTES / bytes)));
}
