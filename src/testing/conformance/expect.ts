import { show } from '../../errors.ts';
import { RecordingAssertionError } from '../assertions.ts';
import type { Rows } from './subject.ts';

/** Fails with what was expected, where it is not so. */
export function expectThat(holds: boolean, message: string): asserts holds {
  if (!holds) throw new RecordingAssertionError(message);
}

export function expectEqual(found: unknown, wanted: unknown, what: string): void {
  expectThat(isSame(found, wanted), `${what} is ${shown(found)}, not ${shown(wanted)}`);
}

/** Every wanted column of every row, in order, to the bit. Columns that are not named are not looked at. */
export function expectRows(found: Rows | undefined, wanted: Rows, table: string): void {
  expectThat(
    found !== undefined || wanted.length === 0,
    `there is no table ${table}, of ${wanted.length} rows`,
  );
  const rows = found ?? [];
  expectThat(rows.length === wanted.length, `${table} has ${rows.length} rows, not ${wanted.length}`);
  for (const [i, row] of wanted.entries()) {
    for (const [column, value] of Object.entries(row)) {
      expectEqual(rows[i]![column], value, `${column} in row ${i} of ${table}`);
    }
  }
}

/** To the bit; null is also what is not there. Arrays of any type are the same where their elements are. */
function isSame(found: unknown, wanted: unknown): boolean {
  if (wanted === null || wanted === undefined) return found === null || found === undefined;
  if (isList(wanted)) {
    if (!isList(found) || found.length !== wanted.length) return false;
    return Array.from(wanted).every((value, i) => isSame(found[i], value));
  }
  if (typeof wanted === 'bigint')
    return found === wanted || (Number.isSafeInteger(found) && BigInt(found as number) === wanted);
  if (typeof wanted === 'object') {
    if (typeof found !== 'object' || found === null || isList(found)) return false;
    const keys = Object.keys(wanted);
    return (
      Object.keys(found).length === keys.length &&
      keys.every((key) =>
        isSame((found as Record<string, unknown>)[key], (wanted as Record<string, unknown>)[key]),
      )
    );
  }
  return Object.is(found, wanted);
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
}

function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value))
    return JSON.stringify(value, plain);
  return show(value);
}

function plain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}
