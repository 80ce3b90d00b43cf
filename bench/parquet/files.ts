import { readFileSync, statSync } from 'node:fs';
import { parquetMetadata } from 'hyparquet';
import { GROUP_ROWS } from './columns.ts';

/** What a file turned out to be. */
export interface FileFacts {
  readonly bytes: number;
  /** How the numbers were laid out, as the file says. */
  readonly encoding: string;
}

/** Looks at a Parquet file, and throws where it does not hold all rows in row groups of the agreed size. */
export function factsOf(path: string, rows: number): FileFacts {
  const file = readFileSync(path);
  const { num_rows, row_groups } = parquetMetadata(
    file.buffer.slice(file.byteOffset, file.byteOffset + file.length),
  );
  const groups = Math.ceil(rows / GROUP_ROWS);
  // DuckDB makes row groups of whole vectors, and may come to one more.
  if (Number(num_rows) !== rows || Math.abs(row_groups.length - groups) > 1) {
    throw new Error(
      `${path} has ${num_rows} rows in ${row_groups.length} row groups, not ${rows} in ${groups}`,
    );
  }
  const used = new Set(
    row_groups.flatMap((group) => group.columns[2]!.meta_data!.encodings.filter((name) => name !== 'RLE')),
  );
  return { bytes: statSync(path).size, encoding: [...used].join(', ') };
}
