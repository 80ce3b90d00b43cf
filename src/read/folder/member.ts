import type { SqlRun, SqlTable } from '../duckdb/source.ts';
import { ParquetReader } from '../parquet/reader.ts';
import type { Reader, Run, TableBatch, TableInfo } from '../reader.ts';

/** One recording of a folder. */
export interface Member {
  readonly path: string;
  readonly format: string;
  readonly bytes: number;
  readonly runs: readonly Run[];
  readonly tables: readonly TableInfo[];
  readonly notes: readonly string[];
  readonly use: Use;
  sqlRuns(): readonly SqlRun[];
  close(): void;
}

/** Gives a reader, which may be opened for this alone: a folder may hold more recordings than files can be open. */
type Use = () => Promise<{ readonly reader: Reader; readonly done: () => void }>;
type Open = (path: string) => Promise<Reader>;

/** Looks at a recording. One that keeps no file open, or that goes on, stays open. */
export async function lookAt(path: string, open: Open): Promise<Member> {
  const reader = await open(path);
  const runs = reader.runs();
  const stays = reader instanceof ParquetReader && runs.every(({ state }) => state !== 'crashed');
  try {
    const { format, bytes, notes } = reader;
    // Copies, whose rows are counted before the reader is closed.
    const tables = reader.tables().map((info) => ({ ...info }));
    const use: Use = async () => {
      if (stays) return { reader, done: () => {} };
      const opened = await open(path);
      return { reader: opened, done: () => opened.close() };
    };
    const member = { path, format, bytes, notes, runs, tables, use, close: () => reader.close() };
    if (!(reader instanceof ParquetReader)) {
      return { ...member, sqlRuns: () => runs.map((run) => sqlRunOf(member, run)) };
    }
    const known = reader.sqlRun();
    return { ...member, sqlRuns: () => [stays ? known : reopened(known, use)] };
  } finally {
    if (!stays) reader.close();
  }
}

/** A run whose rows SQL gets as they are read, table by table. */
function sqlRunOf({ path, format, tables, use }: Omit<Member, 'sqlRuns'>, run: Run): SqlRun {
  const sqlTables = tables.map(
    (info): SqlTable => ({
      info,
      parts: async (columns) => ({ files: [], rest: batchesOf(use, info.name, run.runId, columns) }),
    }),
  );
  return { run, path, format, files: [], reads: true, tables: sqlTables };
}

async function* batchesOf(
  use: Use,
  table: string,
  run: string,
  columns: readonly string[] | null,
): AsyncGenerator<TableBatch, void> {
  const { reader, done } = await use();
  try {
    yield* reader.table(table).batches({ run, ...(columns === null ? {} : { select: columns }) });
  } finally {
    done();
  }
}

/** A Parquet run that was closed again, and is opened for each table that is queried. */
function reopened(known: SqlRun, use: Use): SqlRun {
  const tables = known.tables.map(({ info }, i): SqlTable => {
    const parts: SqlTable['parts'] = async (columns) => {
      const { reader, done } = await use();
      try {
        const { files, rest } = await (reader as ParquetReader).sqlRun().tables[i]!.parts(columns);
        if (rest !== null) return { files, rest: ending(rest, done) };
        done();
        return { files, rest };
      } catch (error) {
        done();
        throw error;
      }
    };
    return { info, parts };
  });
  return { ...known, tables };
}

async function* ending(rest: AsyncIterable<TableBatch>, done: () => void): AsyncGenerator<TableBatch, void> {
  try {
    yield* rest;
  } finally {
    done();
  }
}
