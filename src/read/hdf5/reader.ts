import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { journalFolder } from '../../backends/hdf5/place.ts';
import { segmentsIn } from '../../journal/index.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { readRun } from '../duckdb/read-run.ts';
import type { SqlRun } from '../duckdb/source.ts';
import { journalNotes } from '../journal-notes.ts';
import type { OwnObjects } from '../own-objects.ts';
import type { TableInfo, TableReader } from '../reader.ts';
import { describeRun, RunReader } from '../run-reader.ts';
import { Contents } from './contents.ts';
import { ownObjectsOf } from './own-rows.ts';
import { Hdf5Table } from './table.ts';

/**
 * Reads an HDF5 recording as it was when it was opened: the last checkpoint of its file, and the commits that only the
 * journal has. Nothing is written beside the file; of one that is being recorded, a copy is read.
 */
export class Hdf5Reader extends RunReader {
  readonly format = 'hdf5';
  readonly #contents: Contents;

  private constructor(path: string, contents: Contents) {
    const { run: stored, plans, isLive, journal } = contents;
    const rows = (plan: TablePlan) => contents.rows(plan);
    const run = describeRun({ run: stored, endTimestamp: stored.endTimestamp, isLive, plans, rows });
    const recovered = [...contents.recovered().values()].reduce((sum, count) => sum + count, 0);
    const notes = run.state === 'crashed' ? journalNotes(path, journal, stored.lastCommit, recovered) : [];
    super(path, run, plans, notes);
    this.#contents = contents;
  }

  /** @throws `NotARecording`, `NewerFormat`, `BackendUnavailable` */
  static async open(path: string): Promise<Hdf5Reader> {
    const contents = await Contents.open(path);
    try {
      return new Hdf5Reader(path, contents);
    } catch (error) {
      contents[Symbol.dispose]();
      throw error;
    }
  }

  get bytes(): number {
    const folder = journalFolder(this.path);
    const paths = [this.path, ...segmentsIn(folder).map((name) => join(folder, name))];
    return paths.reduce((sum, path) => sum + (existsSync(path) ? statSync(path).size : 0), 0);
  }

  sqlRun(): SqlRun {
    const { run, path, format } = this;
    return readRun({ run, path, format }, this.tables(), (name) => this.table(name));
  }

  ownObjects(): OwnObjects {
    this.refuseIfClosed();
    return ownObjectsOf(this.#contents);
  }

  protected rowsOf(plan: TablePlan): number {
    return this.#contents.rows(plan);
  }

  protected openTable(info: TableInfo, plan: TablePlan): TableReader {
    return new Hdf5Table(info, plan, this.#contents, this, () => this.refuseIfClosed());
  }

  protected release(): void {
    this.#contents[Symbol.dispose]();
  }
}
