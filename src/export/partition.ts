import { SimtapeError } from '../errors.ts';
import type { TableBatch } from '../read/reader.ts';
import { isNullAt } from '../read/validity.ts';
import type { StoredColumn } from '../schema/plan.ts';
import type { SourceTable } from './source.ts';
import { takeRows } from './take-rows.ts';

/** What Hive, Spark, DuckDB and pyarrow call the folder of rows that have no value. */
const NULL_PARTITION = '__HIVE_DEFAULT_PARTITION__';
const KINDS: readonly StoredColumn['kind'][] = [
  ...(['i8', 'i16', 'i32', 'i64', 'u8', 'u16', 'u32', 'u64'] as const),
  ...(['ref', 'bool', 'utf8', 'enum'] as const),
];

/**
 * Refuses columns that a table is not to be split by.
 * @throws `InvalidConfig` naming those that it can be split by
 */
export function checkPartition({ plan, columns }: SourceTable, partitionBy: readonly string[]): void {
  const possible = columns.filter(({ kind }) => KINDS.includes(kind)).map(({ name }) => name);
  const unfit = partitionBy.find((name) => !possible.includes(name));
  const why =
    unfit !== undefined
      ? `table ${plan.name} cannot be split by ${unfit}; it can by ${possible.join(', ')}`
      : new Set(partitionBy).size < partitionBy.length
        ? `${partitionBy.join(', ')} names a column twice`
        : partitionBy.length === columns.length
          ? `table ${plan.name} has no column that would be left in its files`
          : null;
  if (why !== null) {
    throw new SimtapeError('InvalidConfig', `partitionBy: ${why}`, {
      key: 'partitionBy',
      value: partitionBy,
    });
  }
}

/** The rows of a batch, by the folder of each: `episode_id=1`, or `run_id=a/episode_id=1`. */
export function splitBatch(batch: TableBatch, partitionBy: readonly string[]): Map<string, TableBatch> {
  const rows = new Map<string, number[]>();
  const columns = partitionBy.map((name) => batch.columns[name]!);
  for (let row = 0; row < batch.rows; row++) {
    const parts = columns.map((data) => {
      const value = isNullAt(data, row) ? NULL_PARTITION : escaped(String(data.values[row]));
      return `${data.column.name}=${value}`;
    });
    const folder = parts.join('/');
    const list = rows.get(folder);
    if (list === undefined) rows.set(folder, [row]);
    else list.push(row);
  }
  return new Map(Array.from(rows, ([folder, list]) => [folder, takeRows(batch, list)]));
}

/** What the files of a split table cannot say of themselves. Readers of data sets pass over names that begin with `_`. */
export const SIDECAR = '_metadata.json';

/** Whether a folder's entries are all those of a table that was split. */
export function isPartition(names: readonly string[]): boolean {
  return names.every((name) => /^[^=]+=/.test(name) || name === SIDECAR);
}

/** Characters that a folder's name cannot have, or that mean something in it, as `%2F`; Hive and Spark do the same. */
function escaped(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const text = value.replace(/[\u0000-\u001f"#%'*/:=?\\{}[\]^\u007f]/g, (char) => {
    return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return text === '' ? NULL_PARTITION : text;
}
