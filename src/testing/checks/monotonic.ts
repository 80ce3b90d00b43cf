import type { Reader } from '../../read/index.ts';
import { isNullAt } from '../../read/validity.ts';
import { FRAMES } from '../../schema/time-source.ts';
import { nameRow, type Outcome } from '../outcome.ts';
import { type Rows, scan } from './scan.ts';

/** Whose time has to rise. */
export interface MonotonicOptions extends Rows {
  /** Default `simulation_frame`. */
  readonly table?: string;
  /** Default `simulation_time`. */
  readonly column?: string;
  /** Columns whose values go together: times rise among rows that have the same. For steps `['episode_id', 'agent_id']`. */
  readonly by?: readonly string[];
  /** Whether a time may be the same as the one before. Default false. */
  readonly allowEqual?: boolean;
}

/** Whether times rise from row to row, in the order of ids, within each run. Nulls are passed over. */
export async function checkMonotonic(
  reader: Reader,
  { table = FRAMES, column = 'simulation_time', by = [], allowEqual = false, ...rows }: MonotonicOptions = {},
): Promise<Outcome> {
  const last = new Map<string, number | bigint>();
  let checked = 0;
  for await (const { run, info, batch } of scan(reader, table, [column, ...by], rows)) {
    const data = batch.columns[column]!;
    for (let row = 0; row < batch.rows; row++) {
      if (isNullAt(data, row)) continue;
      // As they are: doubles cannot tell the nanoseconds of today apart.
      const value = data.values[row] as number | bigint;
      const group = by.map((name) => String(batch.columns[name]!.values[row])).join('\n');
      const key = `${run.runId}\n${group}`;
      const before = last.get(key) ?? Number.NEGATIVE_INFINITY;
      checked++;
      if (value > before || (allowEqual && value === before)) {
        last.set(key, value);
        continue;
      }
      const where = await nameRow(reader, run, info, batch, row);
      return { pass: false, message: `${column} is ${value} in ${where}, after ${before}` };
    }
  }
  return { pass: true, message: `${column} rises in all of ${checked} rows of ${table}` };
}
