import { DictionaryTable } from '../../src/record/dictionary.ts';
import type { TablePlan } from '../../src/schema/plan.ts';
import type { FakeWriter } from './fake-writer.ts';

/** A table of dictionaries with one column of its own, `n`, and no rules. */
export function openDictionaries(writer: FakeWriter, name: string): (row: object) => number {
  const plan: TablePlan = {
    name,
    id: 'id',
    key: null,
    static: false,
    columns: [{ name: 'n', kind: 'f64', nullable: true }],
  };
  const table = new DictionaryTable(writer.lane, {
    plan,
    extras: [],
    standard: {},
    renamed: {},
    reserved: new Set(),
  });
  return (row) => table.append(row as Record<string, unknown>, {}, 0);
}
