import { SimtapeError, show } from '../../../errors.ts';

/** An error about a column of a batch, or one row of it. */
export function invalidBatch(column: string, what: string, row?: number): SimtapeError<'InvalidBatch'> {
  const where = row === undefined ? '' : `, row ${row}`;
  return new SimtapeError(
    'InvalidBatch',
    `Parquet column ${show(column)}${where}: ${what}`,
    row === undefined ? { column } : { column, row },
  );
}
