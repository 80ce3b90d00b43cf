import { SimtapeError } from '../../errors.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import type { TableInfo } from '../reader.ts';
import { RUN_ID } from '../select.ts';
import { type Bounds, boundsOf, type Tolerance } from './tolerance.ts';

/** A table or column that only one recording has, or that is of another kind in the other. */
export interface StructureDifference {
  readonly table: string;
  /** Null where it is the whole table. */
  readonly column: string | null;
  readonly problem: 'missing in a' | 'missing in b' | 'another kind';
  /** Kinds, where they differ. */
  readonly kinds?: readonly [string, string];
}

/** Names of columns: `reward`, `steps.reward`, or a vector's, `position`. */
export interface ColumnChoice {
  readonly tolerance: Tolerance;
  readonly tolerances: Readonly<Record<string, Tolerance>>;
  readonly ignore: readonly string[];
  readonly wallClock: boolean;
}

/** Whether a name means a column. */
function means(name: string, table: string, { name: column, vector }: StoredColumn): boolean {
  const bare = name.startsWith(`${table}.`) ? name.slice(table.length + 1) : name;
  return bare === column || bare === vector?.name;
}

/** Whether a column is compared: all are but wall clocks, those to be ignored, and what names the run itself. */
function isCompared(table: string, column: StoredColumn, choice: ColumnChoice): boolean {
  if (column.name === RUN_ID.name) return false;
  if (column.clock === 'wall' && !choice.wallClock) return false;
  return !choice.ignore.some((name) => means(name, table, column));
}

/** The tolerance of a column: the last one that names it, or else the general one. */
export function boundsFor(table: string, column: StoredColumn, choice: ColumnChoice): Bounds {
  const own = Object.entries(choice.tolerances).findLast(([name]) => means(name, table, column));
  return own === undefined
    ? boundsOf('tolerance', choice.tolerance)
    : boundsOf(`tolerances.${own[0]}`, own[1]);
}

/**
 * Sees to it that names mean something: one that is misspelt would change nothing.
 * @throws `NotFound`
 */
export function checkNames(names: readonly string[], tables: readonly TableInfo[]): void {
  for (const name of names) {
    const known = tables.some(({ name: table, columns }) =>
      columns.some((column) => means(name, table, column)),
    );
    if (known) continue;
    throw new SimtapeError('NotFound', `no table has a column ${name}: name it reward, or steps.reward`, {
      name,
    });
  }
}

/** The columns that both tables have and that are compared; and what is different about the others. */
export function commonColumns(
  a: TableInfo,
  b: TableInfo,
  choice: ColumnChoice,
): { columns: StoredColumn[]; differences: StructureDifference[] } {
  const table = a.name;
  const columns: StoredColumn[] = [];
  const differences: StructureDifference[] = [];
  for (const column of a.columns) {
    if (!isCompared(table, column, choice)) continue;
    const other = b.columns.find(({ name }) => name === column.name);
    const where = { table, column: column.name };
    if (other === undefined) differences.push({ ...where, problem: 'missing in b' });
    else if (kindOf(column) === kindOf(other)) columns.push(column);
    else differences.push({ ...where, problem: 'another kind', kinds: [kindOf(column), kindOf(other)] });
  }
  for (const column of b.columns) {
    if (!isCompared(table, column, choice) || a.columns.some(({ name }) => name === column.name)) continue;
    differences.push({ table, column: column.name, problem: 'missing in a' });
  }
  return { columns, differences };
}

function kindOf({ kind, element, length }: StoredColumn): string {
  return element === undefined ? kind : `${element} x ${length}`;
}
