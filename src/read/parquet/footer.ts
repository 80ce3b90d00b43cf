import { type FileMetaData, parquetMetadata, type RowGroup } from 'hyparquet';
import { type FileMetadata, METADATA_KEY, parseFileMetadata } from '../../backends/parquet/file-metadata.ts';
import type { StoredColumn, TablePlan } from '../../schema/plan.ts';
import { ownColumns } from '../select.ts';
import { FOOTER_PARSERS, PHYSICAL_TYPES } from './cells.ts';
import { checkRowCounts } from './guarded-pages.ts';
import { checkLeafPaths } from './leaf-paths.ts';
import { checkStruct } from './page-header.ts';
import type { RandomAccess } from './random-access.ts';

/** Bytes at the end of a file that hold most footers. */
const FOOTER_BYTES = 64 * 1024;
/** Bytes behind the footer: its length, and `PAR1`. */
const END = 8;

/** Reads the footer of a file. Throws whatever a damaged one makes hyparquet throw. */
export async function readFooter(access: RandomAccess): Promise<FileMetaData> {
  const size = access.byteLength;
  let tail = access.slice(Math.max(0, size - FOOTER_BYTES));
  const length = tail.byteLength < END ? 0 : new DataView(tail).getUint32(tail.byteLength - END, true);
  if (length + END > tail.byteLength) tail = access.slice(size - END - length);
  if (length > 0) checkStruct(new Uint8Array(tail, tail.byteLength - END - length, length));
  const metadata = parquetMetadata(tail, { parsers: FOOTER_PARSERS, geoparquet: false });
  checkLeafPaths(metadata);
  checkRowCounts(metadata);
  return metadata;
}

/** What a file says of itself; throws where that is not what a file of this run says. */
export function factsOf(metadata: FileMetaData, runId: string, table: string): FileMetadata {
  const text = metadata.key_value_metadata?.find(({ key }) => key === METADATA_KEY)?.value;
  if (text === undefined) throw new Error('it was not written by simtape');
  const facts = parseFileMetadata(text);
  if (facts === null) throw new Error('what it says of itself is not as simtape writes it');
  if (facts.runId !== runId) throw new Error(`it belongs to run ${facts.runId}, not ${runId}`);
  if (facts.table !== table || facts.plan.name !== table)
    throw new Error(`it holds rows of table ${facts.table}, not of ${table}`);
  return facts;
}

/** Throws where the schema is not what the plan says, or the row groups have other rows than the file. */
export function checkSchema({ schema, row_groups: groups, num_rows }: FileMetaData, plan: TablePlan): void {
  const total = groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (total !== Number(num_rows)) throw new Error(`its row groups have ${total} rows, not ${num_rows}`);
  const types = new Map(schema.map(({ name, type }) => [name, type]));
  for (const { name, kind } of ownColumns(plan)) {
    if (!types.has(name)) throw new Error(`it has no column ${name}`);
    const type = types.get(name);
    const wanted = PHYSICAL_TYPES[kind];
    if (wanted !== null && type !== wanted) throw new Error(`column ${name} is ${type}, not ${wanted}`);
  }
}

/** Least and greatest value of a column in a row group; `least` is null where every row is. */
export interface Bounds {
  readonly least: unknown;
  readonly greatest: unknown;
}

/** The bounds that a footer keeps; null where it keeps none. */
export function boundsOf(group: RowGroup, column: StoredColumn['name']): Bounds | null {
  const chunk = group.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === column);
  const { min_value: least, max_value: greatest, null_count: nulls } = chunk?.meta_data?.statistics ?? {};
  if (nulls !== undefined && nulls === group.num_rows) return { least: null, greatest: null };
  return least === undefined || greatest === undefined ? null : { least, greatest };
}

/** Whether a row group says that its rows are sorted by a column, without nulls, and by nothing before it. */
export function isSortedBy(
  { sorting_columns: sorting, columns }: RowGroup,
  column: StoredColumn['name'],
): boolean {
  const [first] = sorting ?? [];
  if (first === undefined || first.descending) return false;
  const path = columns[first.column_idx]?.meta_data?.path_in_schema;
  return path?.length === 1 && path[0] === column;
}
