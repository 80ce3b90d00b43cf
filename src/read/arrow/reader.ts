import type { TablePlan } from '../../schema/plan.ts';
import { readRun } from '../duckdb/read-run.ts';
import type { SqlRun } from '../duckdb/source.ts';
import { bytesIn } from '../parquet/run-folder.ts';
import type { TableInfo, TableReader } from '../reader.ts';
import { describeRun, RunReader } from '../run-reader.ts';
import { type ArrowFile, readManifest } from './manifest.ts';
import { ArrowTable } from './table.ts';

/** Reads a folder of Arrow files that a recording was converted to. Files are open only while they are read. */
export class ArrowReader extends RunReader {
  readonly format = 'arrow';
  readonly #tables: ReadonlyMap<string, ArrowFile>;

  /** @throws `NotARecording`, `NewerFormat` */
  constructor(path: string) {
    const { run, endTimestamp, tables } = readManifest(path);
    const files = new Map(tables.map((table) => [table.plan.name, table]));
    const plans = tables.map(({ plan }) => plan);
    const rows = ({ name }: TablePlan) => rowsOf(files.get(name)!);
    super(path, describeRun({ run, endTimestamp, isLive: false, plans, rows }), plans, []);
    this.#tables = files;
  }

  get bytes(): number {
    return bytesIn(this.path);
  }

  sqlRun(): SqlRun {
    const { run, path, format } = this;
    return readRun({ run, path, format }, this.tables(), (name) => this.table(name));
  }

  protected rowsOf({ name }: TablePlan): number {
    return rowsOf(this.#tables.get(name)!);
  }

  protected openTable(info: TableInfo): TableReader {
    const file = this.#tables.get(info.name)!;
    return new ArrowTable(info, file, this.path, this.run.runId, this, () => this.refuseIfClosed());
  }

  protected release(): void {}
}

function rowsOf({ batches }: ArrowFile): number {
  return batches.reduce((sum, { rows }) => sum + rows, 0);
}
