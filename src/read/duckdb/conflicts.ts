import type { StoredColumn, StoredKind } from '../../schema/plan.ts';
import { ownColumns } from '../select.ts';
import type { SqlRun } from './source.ts';

/** A column whose values cannot be of one type in all runs without being changed. */
export interface Conflict {
  readonly column: StoredColumn;
  readonly message: string;
}

/** Bits of integers, and of those that a float holds exactly beside integers of its size. */
const INTEGERS: Partial<Readonly<Record<StoredKind, number>>> = {
  i8: 8,
  u8: 8,
  i16: 16,
  u16: 16,
  i32: 32,
  u32: 32,
  i64: 64,
  u64: 64,
  ref: 64,
};
const FLOATS: Partial<Readonly<Record<StoredKind, number>>> = { f32: 16, f64: 32 };
const TEXTS: readonly StoredKind[] = ['utf8', 'json', 'enum'];

/** The columns of a table that runs have of kinds which a union of them would convert: a 64-bit integer to a double, a number to text. */
export function conflictsOf(runs: readonly SqlRun[], table: string): readonly Conflict[] {
  const known = new Map<string, { readonly column: StoredColumn; readonly path: string }[]>();
  const conflicts = new Map<string, Conflict>();
  for (const { path, tables } of runs) {
    for (const { info } of tables) {
      if (info.name.toLowerCase() !== table.toLowerCase()) continue;
      for (const column of ownColumns(info)) {
        const name = column.name.toLowerCase();
        const others = known.get(name) ?? [];
        if (others.some((other) => describe(other.column) === describe(column))) continue;
        known.set(name, [...others, { column, path }]);
        const other = others.find((one) => !agree(one.column, column));
        if (other === undefined || conflicts.has(name)) continue;
        const kinds = `${describe(other.column)} in ${other.path} and ${describe(column)} in ${path}`;
        const message = `${info.name}.${column.name} is ${kinds}: query other columns, or one of these recordings`;
        conflicts.set(name, { column: other.column, message });
      }
    }
  }
  return [...conflicts.values()];
}

function describe({ kind, element }: StoredColumn): string {
  return element === undefined ? kind : `an array of ${element}`;
}

/** Whether a type of SQL has the values of both as they are. */
function agree(a: StoredColumn, b: StoredColumn): boolean {
  if ((a.kind === 'array') !== (b.kind === 'array')) return false;
  const [one, other] = [a.element ?? a.kind, b.element ?? b.kind];
  if (one === other || (TEXTS.includes(one) && TEXTS.includes(other))) return true;
  const [ints, floats] = [
    [INTEGERS[one], INTEGERS[other]],
    [FLOATS[one], FLOATS[other]],
  ];
  const numbers = [one, other].every((kind) => kind in INTEGERS || kind in FLOATS);
  const widest = Math.max(...ints.map((bits) => bits ?? 0));
  const exact = Math.min(...floats.map((bits) => bits ?? 64));
  return numbers && widest <= exact;
}
