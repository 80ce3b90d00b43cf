import type { TableRing } from '../buffer/ring.ts';
import { SimtapeError } from '../errors.ts';
import { checkColumns } from '../schema/table.ts';
import type { TableSchema } from '../schema/types.ts';
import type { Lane } from './lane.ts';
import { openTable, type Table, type Validation } from './table.ts';

interface OpenTable {
  readonly table: Table;
  readonly checkKeys: (row: unknown) => void;
}

/** The recording ends of a lane's tables, one for each schema, made when they are asked for. */
export class Tables {
  readonly #lane: Lane;
  readonly #validate: Validation;
  readonly #byName = new Map<string, OpenTable>();

  constructor(lane: Lane, validate: Validation) {
    this.#lane = lane;
    this.#validate = validate;
  }

  /**
   * The table of a schema, parents first where it is new.
   * @throws `SchemaMismatch` for a second schema of the same name, `InvalidSchema`, `RecorderClosed`
   */
  of<T extends TableSchema>(schema: T): Table<T> {
    const known = this.#byName.get(schema.name);
    if (known !== undefined) {
      if (known.table.schema === schema) return known.table as unknown as Table<T>;
      throw new SimtapeError(
        'SchemaMismatch',
        `table ${schema.name} was used with another schema before: define it once and pass the same object`,
        { table: schema.name },
      );
    }
    this.#lane.refuseIfClosed();
    checkColumns(schema);
    for (const column of Object.values(schema.columns)) if (column.target) this.of(column.target);
    const { table, checkKeys } = openTable(this.#lane, schema, this.#validate);
    this.#byName.set(schema.name, { table: table as unknown as Table, checkKeys });
    return table;
  }

  /** Looks for fields of a row that no column takes. @throws `InvalidValue` */
  checkKeys({ plan }: TableRing, row: unknown): void {
    this.#byName.get(plan.name)?.checkKeys(row);
  }
}
