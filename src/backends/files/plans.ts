import { SimtapeError } from '../../errors.ts';
import { planDifferences, type StoredColumn, type TablePlan } from '../../schema/plan.ts';

/** Stands for a field of a slice where a column is filled from elsewhere. */
export const NO_FIELD = -1;
export const ROW_ID = -2;

/**
 * The plan of a table that gets further columns, which stand behind those that it has.
 * @throws `SchemaMismatch`: rows before could not be null in a column that must have a value.
 */
export function joinPlans(known: TablePlan, wanted: TablePlan): TablePlan {
  const differences = planDifferences(known, wanted);
  const find = (plan: TablePlan, name: string) => plan.columns.find((column) => column.name === name);
  for (const column of [...known.columns, ...wanted.columns]) {
    const other = find(known, column.name);
    const same = find(wanted, column.name);
    if ((other === undefined || same === undefined) && !column.nullable) {
      differences.push(`${column.name} is not nullable, so that all rows must have it`);
    } else if (other !== undefined && same !== undefined && other.nullable !== same.nullable) {
      differences.push(`${column.name} is ${other.nullable ? '' : 'not '}nullable`);
    }
  }
  if (differences.length > 0) {
    throw new SimtapeError(
      'SchemaMismatch',
      `table ${known.name} is recorded with other columns: ${[...new Set(differences)].join('; ')}`,
      { table: known.name },
    );
  }
  const added = wanted.columns.filter(({ name }) => find(known, name) === undefined);
  return added.length === 0 ? known : { ...known, columns: [...known.columns, ...added] };
}

/** The columns of a table's files: the row id first, where the table has one. */
export function storedColumns({ id, columns }: TablePlan): readonly StoredColumn[] {
  if (id === null) return columns;
  return [{ name: id, kind: 'ref', nullable: false, description: 'Id of the row' }, ...columns];
}
