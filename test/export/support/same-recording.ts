import { expect } from 'vitest';
import { type ColumnData, openRecording, type Reader, type Run } from '../../../src/read/index.ts';
import { difference } from '../../read/bits.ts';

/** What is known of runs and tables, in an order that does not depend on the format. */
export interface Described {
  readonly runs: readonly Run[];
  readonly tables: readonly unknown[];
}

export function describeAll(reader: Reader): Described {
  const tables = reader.tables().map(({ run, ...info }) => info);
  return { runs: reader.runs(), tables: tables.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** Whether one recording holds what another does: runs, plans, every value to the bit. */
export async function expectSame(found: string, wanted: string): Promise<void> {
  using a = await openRecording(found);
  using b = await openRecording(wanted);
  expect(describeAll(a)).toEqual(describeAll(b));
  for (const { runId } of b.runs()) {
    for (const { name } of b.tables()) {
      const columns = await a.table(name).columns({ run: runId });
      for (const [column, data] of Object.entries(await b.table(name).columns({ run: runId }))) {
        const problem = difference(columns[column]!, valuesOf(data));
        if (problem !== null) expect.fail(`${found}: ${name}.${column} ${problem}`);
      }
    }
  }
}

function valuesOf({ values, validity }: ColumnData): unknown[] {
  return Array.from(values as ArrayLike<unknown>, (value, row) =>
    validity === undefined || (validity[row >> 3]! & (1 << (row & 7))) !== 0 ? value : null,
  );
}
