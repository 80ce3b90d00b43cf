import { SimtapeError } from '../../errors.ts';
import type { Reader } from '../../read/index.ts';
import { isNullAt } from '../../read/validity.ts';
import { nameRow, type Outcome } from '../outcome.ts';
import { numberAt, type Rows, scan } from './scan.ts';

/** Which column, and what it must not fall below. */
export interface BelowOptions extends Rows {
  readonly table: string;
  /** A column of numbers, or a part of a vector: `position_y`. */
  readonly column: string;
  /** What no value is less than, in the column's unit. */
  readonly bound: number;
}

/** Whether no value of a column is below a bound. Nulls are passed over; a NaN is a failure. */
export async function checkNeverBelow(
  reader: Reader,
  { table, column, bound, ...rows }: BelowOptions,
): Promise<Outcome> {
  if (typeof bound !== 'number' || Number.isNaN(bound)) {
    throw new SimtapeError('InvalidConfig', `bound = ${bound}: takes a number`, {
      key: 'bound',
      value: bound,
    });
  }
  let [checked, below, least] = [0, 0, Number.POSITIVE_INFINITY];
  let first: string | null = null;
  for await (const { run, info, batch } of scan(reader, table, [column], rows)) {
    const data = batch.columns[column]!;
    checked += batch.rows - data.nulls;
    for (let row = 0; row < batch.rows; row++) {
      if (isNullAt(data, row)) continue;
      const value = numberAt(data, row);
      if (value >= bound) {
        if (value < least) least = value;
        continue;
      }
      below++;
      first ??= `${column} is ${value} in ${await nameRow(reader, run, info, batch, row)}`;
    }
  }
  if (first === null) {
    const lowest = checked === 0 ? 'there is no value' : `the least of ${checked} values is ${least}`;
    return { pass: true, message: `${table}.${column} is never below ${bound}: ${lowest}` };
  }
  return { pass: false, message: `${first}, below ${bound}, the first of ${below} of ${checked} rows` };
}
