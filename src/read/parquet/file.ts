import { type FileMetaData, parquetRead } from 'hyparquet';
import { PAGE_ROWS } from '../../formats/parquet/options.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import type { Cells, Piece } from '../pieces.ts';
import { ownColumns } from '../select.ts';
import { joined, type RowRange } from '../where/choose.ts';
import type { Condition } from '../where/conditions.ts';
import { cellsOf, PARSERS } from './cells.ts';
import { damaged, guarded } from './damage.ts';
import { DECOMPRESSORS } from './decompress.ts';
import { type Bounds, boundsOf, checkSchema, factsOf, isSortedBy, readFooter } from './footer.ts';
import { guardedPages } from './guarded-pages.ts';
import { groupMayHold, pagesThatMayHold } from './pruning.ts';
import { RandomAccess } from './random-access.ts';

/** What has to be known of a row group to read it in its place. */
interface Group {
  readonly rows: number;
  /** Bounds of the row ids; 0 where rows have none. */
  readonly firstId: number;
  readonly lastId: number;
  /** Whether the file says that ids rise from row to row; rows of several producers come in turn, whose ids do not. */
  readonly ordered: boolean;
}

/**
 * One file of a table. Little of it is kept, because a run may have many thousands of them: footers are read again when
 * memory was needed for something else.
 */
export class ParquetFile {
  readonly path: string;
  readonly rows: number;
  /** The last commit whose rows it holds. */
  readonly lastCommit: number;
  readonly #groups: readonly Group[];
  readonly #columns: ReadonlyMap<string, StoredColumn>;
  #footer: WeakRef<FileMetaData>;

  private constructor(
    path: string,
    footer: FileMetaData,
    lastCommit: number,
    groups: readonly Group[],
    columns: ReadonlyMap<string, StoredColumn>,
  ) {
    this.path = path;
    this.rows = Number(footer.num_rows);
    this.lastCommit = lastCommit;
    this.#groups = groups;
    this.#columns = columns;
    this.#footer = new WeakRef(footer);
  }

  /**
   * Reads the footer of a file.
   * @param table whose rows its name says that it holds
   * @param known columns of files before it, by their plan: most files of a table have the same
   * @throws `NotARecording` naming the file
   */
  static async open(path: string, table: string, runId: string, known: KnownColumns): Promise<ParquetFile> {
    return guarded(path, async () => {
      using access = new RandomAccess(path);
      const footer = await readFooter(access);
      const { plan, lastCommit } = factsOf(footer, runId, table);
      checkSchema(footer, plan);
      const groups = footer.row_groups.map((group): Group => {
        const rows = Number(group.num_rows);
        if (plan.id === null) return { rows, firstId: 0, lastId: 0, ordered: false };
        const { least, greatest } = boundsOf(group, plan.id) ?? {};
        if (typeof least === 'bigint' && typeof greatest === 'bigint') {
          const ordered = rows === 1 || isSortedBy(group, plan.id);
          return { rows, firstId: Number(least), lastId: Number(greatest), ordered };
        }
        throw new Error(`a row group has no bounds of ${plan.id}`);
      });
      const columns = ownColumns(plan);
      const signature = JSON.stringify(columns.map(({ name, kind, element }) => [name, kind, element]));
      const shared = known.get(signature) ?? new Map(columns.map((column) => [column.name, column]));
      known.set(signature, shared);
      return new ParquetFile(path, footer, lastCommit, groups, shared);
    });
  }

  has(column: string): boolean {
    return this.#columns.has(column);
  }

  /** The row groups as pieces. */
  pieces(): Piece[] {
    let start = 0;
    return this.#groups.map(({ rows, firstId, lastId, ordered }, group) => {
      const from = start;
      start += rows;
      const read: Piece['read'] = (names, first, to) => this.read(names, from + first, from + to);
      const narrow: Piece['narrow'] = (conditions) => this.#narrow(group, conditions);
      return { rows, firstId, lastId, ordered, atOnce: PAGE_ROWS, read, narrow };
    });
  }

  /** Where rows of a row group can hold conditions, by the bounds of its columns and of their pages. */
  async #narrow(group: number, conditions: readonly Condition[]): Promise<readonly RowRange[]> {
    if (conditions.some(({ column }) => !this.#columns.has(column.name))) return [];
    return guarded(this.path, async () => {
      const known = this.#footer.deref();
      if (known !== undefined && !groupMayHold(known.row_groups[group]!, conditions)) return [];
      using access = new RandomAccess(this.path);
      const footer = known ?? (await this.#readFooter(access));
      const rowGroup = footer.row_groups[group]!;
      return groupMayHold(rowGroup, conditions) ? pagesThatMayHold(access, footer, rowGroup, conditions) : [];
    });
  }

  /** Bounds of a column in each row group, as the footer has them; null where it has none. */
  async bounds(column: string): Promise<readonly (Bounds | null)[]> {
    const footer = this.#footer.deref() ?? (await this.#reopen());
    return footer.row_groups.map((group) => boundsOf(group, column));
  }

  /** Reads columns of rows `from` to `to` of the file; those that it has not got are null. */
  async read(names: readonly string[], from: number, to: number): Promise<readonly Cells[]> {
    const own = new Set(names.filter((name) => this.#columns.has(name)));
    const found = own.size === 0 ? new Map<string, Cells>() : await this.#read(own, from, to);
    if (own.size === names.length) return names.map((name) => found.get(name)!);
    const nulls = new Array<null>(to - from).fill(null);
    return names.map((name) => found.get(name) ?? nulls);
  }

  #read(names: ReadonlySet<string>, from: number, to: number): Promise<ReadonlyMap<string, Cells>> {
    return guarded(this.path, async () => {
      using access = new RandomAccess(this.path);
      const parts = new Map<string, Cells[]>(Array.from(names, (name) => [name, []]));
      const metadata = this.#footer.deref() ?? (await this.#readFooter(access));
      await parquetRead({
        file: guardedPages(access, metadata, from, to),
        metadata,
        columns: [...names],
        rowStart: from,
        rowEnd: to,
        useOffsetIndex: true,
        compressors: DECOMPRESSORS,
        // Theirs are declared to give dates.
        parsers: PARSERS as object,
        utf8: false,
        onChunk: ({ columnName, columnData, rowStart }) => {
          parts.get(columnName)!.push(cutTo(columnData, rowStart, from, to));
        },
      });
      const cells = new Map<string, Cells>();
      for (const [name, chunks] of parts) {
        const values = cellsOf(this.#columns.get(name)!, joined(chunks));
        if (values.length !== to - from) {
          throw damaged(this.path, `column ${name} has ${values.length} values for ${to - from} rows`);
        }
        cells.set(name, values);
      }
      return cells;
    });
  }

  #reopen(): Promise<FileMetaData> {
    return guarded(this.path, async () => {
      using access = new RandomAccess(this.path);
      return await this.#readFooter(access);
    });
  }

  async #readFooter(access: RandomAccess): Promise<FileMetaData> {
    const footer = await readFooter(access);
    this.#footer = new WeakRef(footer);
    return footer;
  }
}

/** Columns by name, for each plan that files have. */
export type KnownColumns = Map<string, ReadonlyMap<string, StoredColumn>>;

/** The part of a chunk, which begins at row `start`, that lies between two rows. */
function cutTo(data: Cells, start: number, from: number, to: number): Cells {
  const first = Math.max(0, from - start);
  const last = Math.min(data.length, to - start);
  if (first === 0 && last === data.length) return data;
  if (last <= first) return [];
  return ArrayBuffer.isView(data)
    ? (data as unknown as Float64Array).subarray(first, last)
    : Array.prototype.slice.call(data, first, last);
}
