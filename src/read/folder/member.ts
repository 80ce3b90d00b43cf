import type { SqlRun } from '../duckdb/source.ts';
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
  /** Uses its reader, which may be opened for this alone: a folder may hold more recordings than files can be open. */
  use(): Promise<{ readonly reader: Reader; readonly done: () => void }>;
  sqlRuns(): readonly SqlRun[];
  close(): void;
}

type Open = (path: string) => Promise<Reader>;

/** Looks at a recording; that of a format that keeps no file open stays open. */
export async function lookAt(path: string, open: Open): Promise<Member> {
  const reader = await open(path);
  const stays = reader instanceof ParquetReader;
  try {
    const { format, bytes, notes } = reader;
    const runs = reader.runs();
    const tables = reader.tables();
    const use = async () => {
      if (stays) return { reader, done: () => {} };
      const opened: Reader = await open(path);
      return { reader: opened, done: () => opened.close() };
    };
    const member = { path, format, bytes, notes, runs, tables, use };
    const sqlRuns = () => (stays ? [reader.sqlRun()] : runs.map((run) => sqlRunOf(member, run)));
    return { ...member, sqlRuns, close: () => reader.close() };
  } finally {
    if (!stays) reader.close();
  }
}

/** A run whose rows SQL gets as they are read, table by table. */
function sqlRunOf({ path, format, tables, use }: Omit<Member, 'sqlRuns' | 'close'>, run: Run): SqlRun {
  return {
    run,
    path,
    format,
    files: [],
    tables: tables.map((info) => ({
      info,
      parts: async () => ({ files: [], rest: batchesOf(use, info.name, run.runId) }),
    })),
  };
}

async function* batchesOf(use: Member['use'], table: string, run: string): AsyncGenerator<TableBatch, void> {
  const { reader, done } = await use();
  try {
    yield* reader.table(table).batches({ run });
  } finally {
    done();
  }
}
