import { SimtapeError } from '../../errors.ts';
import type { QueryParameter } from '../../record/recorder.ts';
import type { TableSchema } from '../../schema/types.ts';
import { SqlSession } from '../duckdb/session.ts';
import { type Episode, episodesOf, provenanceOf } from '../episodes.ts';
import { findRecordings } from '../find.ts';
import type { QueryOptions, QueryResult, QueryRows, Reader, Run, TableInfo, TableReader } from '../reader.ts';
import { findTable } from '../select.ts';
import { type TypedTableReader, tableOf } from '../typed.ts';
import { lookAt, type Member } from './member.ts';
import { FolderTable } from './table.ts';
import { type UnitedTable, uniteTables } from './unite.ts';

/** Reads all runs in a folder and its folders as one recording, as they were when it was opened. */
export class FolderReader implements Reader {
  readonly path: string;
  readonly format: string;
  readonly notes: readonly string[];
  readonly #members: readonly Member[];
  readonly #tables: readonly UnitedTable[];
  #session: SqlSession | null = null;
  #closed = false;

  private constructor(path: string, members: readonly Member[], problems: readonly string[]) {
    this.path = path;
    this.format = [...new Set(members.map(({ format }) => format))].sort().join(', ');
    this.notes = [...problems, ...members.flatMap(({ notes }) => notes)];
    this.#members = members;
    this.#tables = uniteTables(members);
  }

  /**
   * What cannot be read is left out, and named in `notes`.
   * @param open opens one recording
   * @throws `NotARecording` where there is none that can be read
   */
  static async open(path: string, open: (path: string) => Promise<Reader>): Promise<FolderReader> {
    const members: Member[] = [];
    const problems: string[] = [];
    const seen = new Map<string, string>();
    for (const found of findRecordings(path).sort()) {
      let member: Member;
      try {
        member = await lookAt(found, open);
      } catch (error) {
        problems.push(`left out: ${(error as Error).message}`);
        continue;
      }
      const twin = member.runs.find(({ runId }) => seen.has(runId));
      if (twin !== undefined) {
        problems.push(`left out: ${found} holds run ${twin.runId}, as ${seen.get(twin.runId)} does`);
        member.close();
        continue;
      }
      for (const { runId } of member.runs) seen.set(runId, found);
      members.push(member);
    }
    if (members.length === 0) {
      const why =
        problems.length === 0
          ? 'holds no recording'
          : `holds no recording that can be read: ${problems.join('; ')}`;
      throw new SimtapeError('NotARecording', `${path} ${why}`, { path });
    }
    members.sort((a, b) => started(a) - started(b));
    return new FolderReader(path, members, problems);
  }

  get bytes(): number {
    return this.#members.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  runs(): readonly Run[] {
    this.#refuseIfClosed();
    return this.#members.flatMap(({ runs }) => runs);
  }

  tables(): readonly TableInfo[] {
    this.#refuseIfClosed();
    return this.#tables.map(({ info }) => info);
  }

  get provenance(): ReadonlyMap<string, Run['provenance']> {
    return provenanceOf(this.runs());
  }

  episodes(run?: string): Promise<readonly Episode[]> {
    return episodesOf(this, run);
  }

  table<T extends TableSchema>(schema: T): TypedTableReader<T>;
  table(name: string): TableReader;
  table(of: string | TableSchema): unknown {
    return tableOf(of, (name) => this.#table(name));
  }

  #table(name: string): TableReader {
    this.#refuseIfClosed();
    const tables = this.#tables.map((united) => ({ name: united.info.name, united }));
    return new FolderTable(findTable(this.path, tables, name).united, this.#members, () => this.tables());
  }

  async query(
    sql: string,
    parameters?: readonly QueryParameter[],
    options?: QueryOptions,
  ): Promise<QueryResult> {
    return this.#sql().query(sql, parameters, options);
  }

  async iterate(
    sql: string,
    parameters?: readonly QueryParameter[],
    options?: QueryOptions,
  ): Promise<QueryRows> {
    return this.#sql().iterate(sql, parameters, options);
  }

  close(): void {
    this.#closed = true;
    this.#session?.close();
    for (const member of this.#members) member.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #sql(): SqlSession {
    this.#refuseIfClosed();
    this.#session ??= new SqlSession(
      this.path,
      this.#members.flatMap((member) => member.sqlRuns()),
    );
    return this.#session;
  }

  #refuseIfClosed(): void {
    if (!this.#closed) return;
    const message = `${this.path} is not open any more: read it before its reader is closed`;
    throw new SimtapeError('ReaderClosed', message, { path: this.path });
  }
}

/** When a recording's first run began. */
function started({ runs }: Member): number {
  return runs[0]?.startTimestamp ?? 0;
}
