import { SimtapeError } from '../../errors.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import type { TableInfo } from '../reader.ts';
import { RUN_ID } from '../select.ts';
import type { Member } from './member.ts';

/** A column that is of one kind in one recording and of another elsewhere. */
export interface Conflict {
  readonly column: string;
  readonly message: string;
}

/** A table of several recordings. */
export interface UnitedTable {
  readonly info: TableInfo;
  readonly conflicts: readonly Conflict[];
  /** The recordings that have it. */
  readonly members: readonly Member[];
}

/** All tables of all members, each with the columns of all, `run_id` in front. */
export function uniteTables(members: readonly Member[]): UnitedTable[] {
  const names = new Set(members.flatMap(({ tables }) => tables.map(({ name }) => name)));
  return Array.from(names, (name) => uniteTable(name, members));
}

function uniteTable(name: string, members: readonly Member[]): UnitedTable {
  const conflicts: Conflict[] = [];
  const columns = new Map<string, { column: StoredColumn; path: string }>();
  let [rows, description, id, key]: [number, string | null, string | null, string | null] = [
    0,
    null,
    null,
    null,
  ];
  let isStatic = false;
  const own = members.flatMap((member) =>
    member.tables.filter((table) => table.name === name).map((table) => ({ member, table })),
  );
  for (const {
    member: { path },
    table,
  } of own) {
    rows += table.rows;
    description ??= table.description;
    id ??= table.id;
    key ??= table.key;
    isStatic ||= table.static;
    for (const column of table.columns) {
      const known = columns.get(column.name);
      if (known === undefined) columns.set(column.name, { column, path });
      else if (kindOf(known.column) === kindOf(column)) {
        columns.set(column.name, { ...known, column: united(known.column, column) });
      } else {
        const message = `${name}.${column.name} is ${kindOf(known.column)} in ${known.path} and ${kindOf(column)} in ${path}`;
        conflicts.push({ column: column.name, message });
      }
    }
  }
  const list = Array.from(columns.values(), ({ column }) => {
    const everywhere = own.every(({ table }) => table.columns.some((one) => one.name === column.name));
    return everywhere ? column : { ...column, nullable: true };
  });
  const withRun = columns.has(RUN_ID.name) ? list : [RUN_ID, ...list];
  const info = {
    name,
    description,
    id,
    key,
    static: isStatic,
    run: 'run_id',
    rows,
    columns: withRun,
  } as const;
  return { info, conflicts, members: own.map(({ member }) => member) };
}

function kindOf({ kind, element, length }: StoredColumn): string {
  return element === undefined ? kind : `${element} x ${length}`;
}

function united(known: StoredColumn, other: StoredColumn): StoredColumn {
  const nullable = known.nullable || other.nullable;
  if (known.labels === undefined) return { ...known, nullable };
  return { ...known, nullable, labels: [...new Set([...known.labels, ...other.labels!])] };
}

/** @throws `SchemaMismatch` where one of these columns has no one kind */
export function refuseConflicts({ info, conflicts }: UnitedTable, columns: readonly StoredColumn[]): void {
  const conflict = conflicts.find(({ column }) => columns.some(({ name }) => name === column));
  if (conflict === undefined) return;
  throw new SimtapeError(
    'SchemaMismatch',
    `${conflict.message}: read one run (run), or other columns (select)`,
    { table: info.name, column: conflict.column },
  );
}
