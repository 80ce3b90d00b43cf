import { type FileMetaData, parquetMetadataAsync, parquetRead, type RowGroup } from 'hyparquet';
import { type FileMetadata, METADATA_KEY, parseFileMetadata } from '../../backends/parquet/file-metadata.ts';
import { SimtapeError } from '../../errors.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import type { Cells, Piece } from '../pieces.ts';
import { cellsOf, FOOTER_PARSERS, PARSERS, PHYSICAL_TYPES } from './cells.ts';
import { DECOMPRESSORS } from './decompress.ts';
import { RandomAccess } from './random-access.ts';

/** Bytes at the end of a file that hold most footers. */
const FOOTER_BYTES = 64 * 1024;

/** One file of a table, of which the footer has been read. */
export class ParquetFile {
  readonly path: string;
  readonly info: FileMetadata;
  readonly rows: number;
  readonly #metadata: FileMetaData;
  readonly #columns: ReadonlyMap<string, StoredColumn>;

  private constructor(path: string, metadata: FileMetaData, info: FileMetadata) {
    this.path = path;
    this.info = info;
    this.rows = Number(metadata.num_rows);
    this.#metadata = metadata;
    const { id, columns } = info.plan;
    const own = columns.map((column) => [column.name, column] as const);
    this.#columns = new Map(
      id === null ? own : [[id, { name: id, kind: 'ref', nullable: false }] as const, ...own],
    );
  }

  /**
   * Reads the footer of a file.
   * @throws `NotARecording` naming the file
   */
  static async open(path: string, runId: string): Promise<ParquetFile> {
    return guarded(path, async () => {
      using access = new RandomAccess(path);
      const metadata = await parquetMetadataAsync(access, {
        initialFetchSize: FOOTER_BYTES,
        parsers: FOOTER_PARSERS,
        geoparquet: false,
      });
      const text = metadata.key_value_metadata?.find(({ key }) => key === METADATA_KEY)?.value;
      if (text === undefined) throw new Error('it was not written by simtape');
      const info = parseFileMetadata(text);
      if (info === null) throw new Error('what it says of itself is not as simtape writes it');
      if (info.runId !== runId) throw new Error(`it belongs to run ${info.runId}, not ${runId}`);
      const file = new ParquetFile(path, metadata, info);
      file.#check();
      return file;
    });
  }

  has(column: string): boolean {
    return this.#columns.has(column);
  }

  /** The row groups as pieces; `id` names the column of row ids. */
  pieces(id: string): Piece[] {
    let start = 0;
    return this.#metadata.row_groups.map((group) => {
      const rows = Number(group.num_rows);
      const from = start;
      start += rows;
      const { least, greatest } = this.#idBounds(group, id);
      return {
        rows,
        firstId: least,
        lastId: greatest,
        // Ids that are dense and rise in all of the row group need no look at them.
        ordered: false,
        read: (names, first, to) => this.read(names, from + first, from + to),
      };
    });
  }

  /** Least and greatest value of a column in each row group, as the footer has them; null where it has none. */
  bounds(column: string): ({ least: unknown; greatest: unknown; rows: number; nulls: number } | null)[] {
    return this.#metadata.row_groups.map((group) => {
      const chunk = group.columns.find(({ meta_data }) => meta_data?.path_in_schema.join('.') === column);
      const statistics = chunk?.meta_data?.statistics;
      const { min_value: least, max_value: greatest, null_count: nulls } = statistics ?? {};
      const rows = Number(group.num_rows);
      if (nulls !== undefined && Number(nulls) === rows)
        return { least: null, greatest: null, rows, nulls: rows };
      if (least === undefined || greatest === undefined || nulls === undefined) return null;
      return { least, greatest, rows, nulls: Number(nulls) };
    });
  }

  /** Reads columns of rows `from` to `to` of the file; those that it has not got are null. */
  async read(names: readonly string[], from: number, to: number): Promise<readonly Cells[]> {
    const own = names.filter((name) => this.#columns.has(name));
    const parts = new Map<string, Cells[]>(own.map((name) => [name, []]));
    if (own.length > 0 && to > from) {
      await guarded(this.path, async () => {
        using access = new RandomAccess(this.path);
        await parquetRead({
          file: access,
          metadata: this.#metadata,
          columns: [...new Set(own)],
          rowStart: from,
          rowEnd: to,
          useOffsetIndex: true,
          compressors: DECOMPRESSORS,
          parsers: PARSERS as never,
          utf8: false,
          onChunk: ({ columnName, columnData, rowStart }) => {
            const cut = cutTo(columnData, rowStart, from, to);
            if (cut.length > 0) parts.get(columnName)!.push(cut);
          },
        });
      });
    }
    const nulls = new Array<null>(to - from).fill(null);
    return names.map((name) => {
      const found = parts.get(name);
      if (found === undefined) return nulls;
      const cells = guard(this.path, () => cellsOf(this.#columns.get(name)!, joined(found)));
      if (cells.length === to - from) return cells;
      throw damaged(this.path, `column ${name} has ${cells.length} values for ${to - from} rows`);
    });
  }

  /** Whether the schema is what the plan says. */
  #check(): void {
    const { schema, row_groups: groups } = this.#metadata;
    const total = groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
    if (total !== this.rows) throw new Error(`its row groups have ${total} rows, not ${this.rows}`);
    const types = new Map(schema.map(({ name, type }) => [name, type]));
    for (const { name, kind } of this.#columns.values()) {
      const type = types.get(name);
      const wanted = PHYSICAL_TYPES[kind];
      if (!types.has(name)) throw new Error(`it has no column ${name}`);
      if (wanted !== '' && type !== wanted) throw new Error(`column ${name} is ${type}, not ${wanted}`);
    }
  }

  #idBounds(group: RowGroup, id: string): { least: number; greatest: number } {
    const statistics = group.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === id)?.meta_data
      ?.statistics;
    const { min_value: least, max_value: greatest } = statistics ?? {};
    if (typeof least !== 'bigint' || typeof greatest !== 'bigint') {
      throw damaged(this.path, `a row group has no bounds of ${id}`);
    }
    return { least: Number(least), greatest: Number(greatest) };
  }
}

function cutTo(data: Cells, start: number, from: number, to: number): Cells {
  const first = Math.max(0, from - start);
  const last = Math.min(data.length, to - start);
  if (first === 0 && last === data.length) return data;
  if (last <= first) return [];
  return ArrayBuffer.isView(data)
    ? (data as unknown as Float64Array).subarray(first, last)
    : Array.prototype.slice.call(data, first, last);
}

function joined(parts: readonly Cells[]): Cells {
  if (parts.length === 1) return parts[0]!;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const [first] = parts;
  // Pages of one column come in arrays of one type, unless some of them have nulls.
  const same = ArrayBuffer.isView(first) && parts.every((part) => part.constructor === first.constructor);
  const all = same ? new (first.constructor as Float64ArrayConstructor)(length) : new Array<unknown>(length);
  let at = 0;
  for (const part of parts) for (let i = 0; i < part.length; i++) (all as unknown[])[at++] = part[i];
  return all;
}

function damaged(path: string, why: string, cause?: unknown): SimtapeError<'NotARecording'> {
  return new SimtapeError('NotARecording', `${path} is damaged: ${why}`, { path }, cause);
}

function guard<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw asDamage(path, cause);
  }
}

async function guarded<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw asDamage(path, cause);
  }
}

/** What a damaged file makes its reader throw becomes an error of simtape's that names it. */
function asDamage(path: string, cause: unknown): unknown {
  if (cause instanceof SimtapeError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') {
    return new SimtapeError('NotARecording', `${path} is missing: it was there before`, { path }, cause);
  }
  return damaged(path, message, cause);
}
