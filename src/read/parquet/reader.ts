import { isWriterAlive } from '../../backends/writer-process.ts';
import type { TablePlan } from '../../schema/plan.ts';
import type { SqlRun } from '../duckdb/source.ts';
import { journalNotes } from '../journal-notes.ts';
import type { TableInfo, TableReader } from '../reader.ts';
import { describeRun, RunReader } from '../run-reader.ts';
import { Contents } from './contents.ts';
import { bytesIn, lookAtRun } from './run-folder.ts';
import { sqlRunOf } from './sql.ts';
import { ParquetTable } from './table.ts';

/**
 * Reads the folder of a Parquet run as it was when it was opened: its files, and the commits of the journal that no
 * file has. Nothing is written.
 */
export class ParquetReader extends RunReader {
  readonly format = 'parquet';
  readonly #contents: Contents;

  private constructor(path: string, contents: Contents) {
    const { manifest, journal } = contents.folder;
    const { run: stored, endTimestamp, writer, lastCommitHeld } = manifest;
    const isLive = writer !== null && isWriterAlive(writer);
    const rows = (plan: TablePlan) => contents.rows(plan);
    const run = describeRun({ run: stored, endTimestamp, isLive, plans: contents.plans, rows });
    const crashed = run.state === 'crashed';
    const notes = crashed ? journalNotes(path, journal, lastCommitHeld, contents.recovered()) : [];
    super(path, run, contents.plans, notes);
    this.#contents = contents;
  }

  /** @throws `NotARecording`, `NewerFormat` */
  static async open(path: string): Promise<ParquetReader> {
    const folder = lookAtRun(path);
    try {
      return new ParquetReader(path, await Contents.of(folder));
    } catch (error) {
      folder.journal?.close();
      throw error;
    }
  }

  get bytes(): number {
    return bytesIn(this.path);
  }

  sqlRun(): SqlRun {
    return sqlRunOf(this.#contents, this.run, (name) => this.table(name));
  }

  protected rowsOf(plan: TablePlan): number {
    return this.#contents.rows(plan);
  }

  protected openTable(info: TableInfo, plan: TablePlan): TableReader {
    return new ParquetTable(info, plan, this.#contents, this, () => this.refuseIfClosed());
  }

  protected release(): void {
    this.#contents.folder.journal?.close();
  }
}
