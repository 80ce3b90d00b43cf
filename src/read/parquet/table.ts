import type { StoredColumn, TablePlan } from '../../schema/plan.ts';
import { extentOf } from '../extent.ts';
import { journalPieces } from '../journal-rows.ts';
import { completedRows } from '../keyed.ts';
import type { Piece, Stretch } from '../pieces.ts';
import type { ColumnData, Extent, TableInfo } from '../reader.ts';
import { selectColumns } from '../select.ts';
import { type Siblings, StretchTable } from '../stretch-table.ts';
import { Turns } from '../turns.ts';
import type { Condition } from '../where/conditions.ts';
import type { Contents } from './contents.ts';
import { keyedRows } from './keyed.ts';

/** Reads a table of a Parquet run. */
export class ParquetTable extends StretchTable {
  readonly #contents: Contents;

  constructor(
    info: TableInfo,
    plan: TablePlan,
    contents: Contents,
    siblings: Siblings,
    refuseIfClosed: () => void,
  ) {
    super(info, plan, contents.folder.path, contents.folder.manifest.run.runId, siblings, refuseIfClosed);
    this.#contents = contents;
  }

  override async extent(name: string): Promise<Extent | null> {
    const [column] = selectColumns(this.info, [name]);
    this.refuseIfClosed();
    // A later row of a key may have another value than the one that a file has.
    const telling = this.plan.key === null || (await this.#contents.hasRowPerKey(this.info.name));
    const kept = telling ? await this.#keptExtent(column!) : undefined;
    return kept === undefined ? super.extent(name) : kept;
  }

  protected async pieces(names: readonly string[], conditions: readonly Condition[]): Promise<Piece[]> {
    const { id, name } = this.plan;
    const { journal } = this.#contents.folder;
    const files = await this.#contents.openAll(name, conditions);
    const pieces = files.flatMap((file) => file.pieces());
    if (journal === null || !this.#contents.hasJournalRows(name)) return pieces;
    const own = names.filter((column) => column !== id);
    return [...pieces, ...journalPieces(journal, this.#contents, name, own)];
  }

  protected keyed(names: readonly string[], conditions: readonly Condition[]): AsyncIterable<Stretch> {
    return completedRows(keyedRows(this.#contents, this.plan, names, conditions), names.length);
  }

  /** From the bounds that footers keep; undefined where these do not tell. */
  async #keptExtent({ name, kind }: StoredColumn): Promise<Extent | null | undefined> {
    if (this.#contents.hasJournalRows(this.info.name) || !hasBounds(kind)) return undefined;
    const values: unknown[] = [];
    const turns = new Turns();
    for (const file of await this.#contents.openAll(this.info.name)) {
      await turns.next();
      if (!file.has(name)) continue;
      for (const bounds of await file.bounds(name)) {
        if (bounds === null) return undefined;
        if (bounds.least !== null) values.push(number(kind, bounds.least), number(kind, bounds.greatest));
      }
    }
    return extentOf({ values } as unknown as ColumnData);
  }
}

function hasBounds(kind: StoredColumn['kind']): boolean {
  return !['utf8', 'json', 'bytes', 'enum', 'array', 'bool'].includes(kind);
}

/** A bound as a value of its column. */
function number(kind: StoredColumn['kind'], bound: unknown): number | bigint {
  return kind === 'ref' ? Number(bound) : (bound as number | bigint);
}
