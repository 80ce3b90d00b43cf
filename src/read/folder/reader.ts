import { SimtapeError } from '../../errors.ts';
import type { SqlRun } from '../duckdb/source.ts';
import { DuckdbReader } from '../duckdb-reader.ts';
import { findRecordings } from '../find.ts';
import type { Reader, Run, TableInfo, TableReader } from '../reader.ts';
import { findTable } from '../select.ts';
import { lookAt, type Member } from './member.ts';
import { FolderTable } from './table.ts';
import { type UnitedTable, uniteTables } from './unite.ts';

/** Reads all runs in a folder and its folders as one recording, as they were when it was opened. */
export class FolderReader extends DuckdbReader {
  readonly format: string;
  readonly #members: readonly Member[];
  readonly #tables: readonly UnitedTable[];
  /** Which recording holds a run. */
  readonly #runs: ReadonlyMap<string, Member>;

  private constructor(path: string, members: readonly Member[], problems: readonly string[]) {
    super(path, [...problems, ...members.flatMap(({ notes }) => notes)]);
    this.format = [...new Set(members.map(({ format }) => format))].sort().join(', ');
    this.#members = members;
    this.#tables = uniteTables(members);
    this.#runs = new Map(members.flatMap((member) => member.runs.map(({ runId }) => [runId, member])));
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
    this.refuseIfClosed();
    return this.#members.flatMap(({ runs }) => runs);
  }

  tables(): readonly TableInfo[] {
    this.refuseIfClosed();
    return this.#tables.map(({ info }) => info);
  }

  protected tableNamed(name: string): TableReader {
    const tables = this.#tables.map((united) => ({ name: united.info.name, united }));
    return new FolderTable(findTable(this.path, tables, name).united, this.#runs, () => this.tables());
  }

  protected sqlRuns(): readonly SqlRun[] {
    return this.#members.flatMap((member) => member.sqlRuns());
  }

  protected release(): void {
    for (const member of this.#members) member.close();
  }
}

/** When a recording's first run began. */
function started({ runs }: Member): number {
  return runs[0]?.startTimestamp ?? 0;
}
