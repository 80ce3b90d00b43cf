import type { TablePlan } from '../../schema/plan.ts';
import { completedRows } from '../keyed.ts';
import type { Piece, Stretch } from '../pieces.ts';
import type { Extent, TableInfo } from '../reader.ts';
import { selectColumns } from '../select.ts';
import { type Siblings, StretchTable } from '../stretch-table.ts';
import type { Condition } from '../where/conditions.ts';
import type { Contents } from './contents.ts';

/** Reads a table of an HDF5 recording. */
export class Hdf5Table extends StretchTable {
  readonly #contents: Contents;

  constructor(
    info: TableInfo,
    plan: TablePlan,
    contents: Contents,
    siblings: Siblings,
    refuseIfClosed: () => void,
  ) {
    super(info, plan, contents.path, contents.run.runId, siblings, refuseIfClosed);
    this.#contents = contents;
  }

  override async extent(name: string): Promise<Extent | null> {
    selectColumns(this.info, [name]);
    this.refuseIfClosed();
    return this.#contents.risingExtent(this.plan, name) ?? super.extent(name);
  }

  protected async pieces(names: readonly string[], conditions: readonly Condition[]): Promise<Piece[]> {
    return this.#contents.pieces(this.plan, names, conditions);
  }

  protected keyed(names: readonly string[]): AsyncIterable<Stretch> {
    return completedRows(this.#contents.keyedRows(this.plan, names), names.length);
  }
}
