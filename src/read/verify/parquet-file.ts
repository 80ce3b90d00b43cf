import { type FileMetaData, parquetRead, parquetReadObjects, type RowGroup } from 'hyparquet';
import type { storedColumns } from '../../backends/files/plans.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import { FOOTER_PARSERS } from '../parquet/cells.ts';
import { DECOMPRESSORS } from '../parquet/decompress.ts';
import { readFooter as footerOf, isSortedBy } from '../parquet/footer.ts';
import { guardedPages } from '../parquet/guarded-pages.ts';
import { RandomAccess } from '../parquet/random-access.ts';
import { isRising } from '../pieces.ts';
import type { Checks } from './checks.ts';
import { disagreement, type Facts, FactsOf, type Ordered, type Stated } from './column-bounds.ts';
import type { Values } from './keys.ts';
import { checkPages } from './pages.ts';

/** Reads the footer of a file. Throws whatever a damaged one makes hyparquet throw. */
export async function readFooter(path: string): Promise<FileMetaData> {
  using access = new RandomAccess(path);
  return await footerOf(access);
}

/** All rows of a small file. */
export async function readRows(path: string, metadata: FileMetaData): Promise<Record<string, unknown>[]> {
  using access = new RandomAccess(path);
  return await parquetReadObjects({
    file: guardedPages(access, metadata, 0, Number(metadata.num_rows)),
    metadata,
    compressors: DECOMPRESSORS,
    parsers: FOOTER_PARSERS as object,
    utf8: false,
  });
}

/** A text that a file holds beside its rows, or null. */
export function keyValue(metadata: FileMetaData, key: string): string | null {
  return metadata.key_value_metadata?.find((one) => one.key === key)?.value ?? null;
}

export interface FileToCheck {
  readonly path: string;
  /** As messages call it. */
  readonly name: string;
  readonly metadata: FileMetaData;
  /** The columns that it should have, row id first. */
  readonly columns: ReturnType<typeof storedColumns>;
}

/**
 * Reads every value of a file, and compares it with what the footer says of it.
 * @param keep names of columns whose values `take` gets, row group by row group
 * @param facts where what is known of a column is added up
 */
export async function checkValues(
  file: FileToCheck,
  checks: Checks,
  keep: readonly string[],
  take: (rows: number, values: ReadonlyMap<string, Values>) => void,
  facts: (column: string) => FactsOf,
): Promise<void> {
  using access = new RandomAccess(file.path);
  let start = 0;
  for (const [g, group] of file.metadata.row_groups.entries()) {
    const rows = Number(group.num_rows);
    const kept = new Map<string, Values>();
    const broken = checkPages(access, group);
    for (const [column, what] of broken) {
      checks.problem('row groups', `${file.name}, row group ${g + 1}, ${column}: ${what}`);
    }
    for (const column of file.columns) {
      if (broken.has(column.name)) continue;
      const where = `${file.name}, row group ${g + 1}, ${column.name}`;
      let values: unknown[];
      try {
        values = await readColumn(access, file.metadata, column, start, start + rows);
      } catch (error) {
        checks.problem('row groups', `${where} cannot be read: ${(error as Error).message}`);
        continue;
      }
      if (values.length !== rows) {
        checks.problem('row groups', `${where} has ${values.length} values for ${rows} rows`);
        continue;
      }
      const own = new FactsOf();
      own.add(values);
      facts(column.name).join(own);
      checkStatistics(checks, where, group, column, own.facts);
      if (isSortedBy(group, column.name) && !isRising(values))
        checks.problem('row groups', `${where} is said to rise from row to row, and does not`);
      if (keep.includes(column.name)) kept.set(column.name, values);
    }
    if (keep.every((name) => kept.has(name))) take(rows, kept);
    start += rows;
  }
}

/** Columns of a file, row group by row group. */
export async function* readColumns(
  { path, metadata }: Pick<FileToCheck, 'path' | 'metadata'>,
  columns: readonly StoredColumn[],
): AsyncGenerator<{ rows: number; values: readonly Values[] }> {
  using access = new RandomAccess(path);
  let start = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    const values: Values[] = [];
    for (const column of columns)
      values.push(await readColumn(access, metadata, column, start, start + rows));
    yield { rows, values };
    start += rows;
  }
}

/** One column of one row group, unsigned kinds as they are meant. */
async function readColumn(
  access: RandomAccess,
  metadata: FileMetaData,
  { name, kind, element }: StoredColumn,
  from: number,
  to: number,
): Promise<unknown[]> {
  const values: unknown[] = [];
  await parquetRead({
    file: guardedPages(access, metadata, from, to),
    metadata,
    columns: [name],
    rowStart: from,
    rowEnd: to,
    compressors: DECOMPRESSORS,
    parsers: FOOTER_PARSERS as object,
    utf8: false,
    geoparquet: false,
    onChunk: ({ columnData, rowStart }) => {
      for (let i = Math.max(0, from - rowStart); i < Math.min(columnData.length, to - rowStart); i++) {
        values.push(columnData[i]);
      }
    },
  });
  const unsigned = unsignedOf(kind === 'array' ? element! : kind);
  if (unsigned === null) return values;
  return values.map((value) => {
    if (value === null || value === undefined) return null;
    return kind === 'array' ? Array.from(value as ArrayLike<never>, unsigned) : unsigned(value as never);
  });
}

function unsignedOf(kind: string): ((value: never) => Ordered) | null {
  if (kind === 'u64') return (value: bigint) => BigInt.asUintN(64, value);
  return kind === 'u32' ? (value: number) => value >>> 0 : null;
}

function checkStatistics(
  checks: Checks,
  where: string,
  group: RowGroup,
  column: StoredColumn,
  facts: Facts,
): void {
  const chunk = group.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === column.name);
  const statistics = chunk?.meta_data?.statistics;
  if (statistics === undefined) {
    checks.problem('statistics', `${where} has none`);
    return;
  }
  const bound = (value: unknown): Ordered | null =>
    value === undefined ? null : typeof value === 'boolean' ? Number(value) : (value as Ordered);
  const stated: Stated = {
    nulls: statistics.null_count === undefined ? null : Number(statistics.null_count),
    least: bound(statistics.min_value),
    greatest: bound(statistics.max_value),
    leastExact: statistics.is_min_value_exact ?? false,
    greatestExact: statistics.is_max_value_exact ?? false,
  };
  const wrong = disagreement(stated, facts);
  if (wrong !== null) checks.problem('statistics', `${where} ${wrong}`);
}
