import { quote } from '../../backends/sqlite/format.ts';
import { SimtapeError } from '../../errors.ts';
import { FRAMES } from '../../schema/time-source.ts';
import type { Condition } from '../where/conditions.ts';
import type { Range } from '../where/ranges.ts';

/** A part of a WHERE clause, and what stands for its question marks. */
export interface Clause {
  readonly sql: string;
  readonly parameters: readonly (number | bigint | string)[];
}

/** Ranges that are asked for one by one; more of them, which are of integers, go as one list. */
const MOST_RANGES = 50;
/** Most integers that such a list may have. */
const MOST_INTEGERS = 5_000_000;

/** What a condition is in SQL, so that an index over its column answers it. */
export function clauseOf({ column, ranges, throughFrames }: Condition): Clause {
  if (!throughFrames) return clauseOn(quote(column.name), ranges);
  const { sql, parameters } = clauseOn('simulation_time', ranges);
  return { sql: `${quote(column.name)} IN (SELECT id FROM ${FRAMES} WHERE ${sql})`, parameters };
}

function clauseOn(name: string, ranges: readonly Range[]): Clause {
  if (ranges.length === 0) return { sql: 'FALSE', parameters: [] };
  if (ranges.length > MOST_RANGES) return listClause(name, ranges);
  const clauses = ranges.map((range) => rangeClause(name, range));
  const parts = clauses.map(({ sql }) => sql).join(' OR ');
  return {
    sql: ranges.length === 1 ? parts : `(${parts})`,
    parameters: clauses.flatMap(({ parameters }) => parameters),
  };
}

function rangeClause(name: string, [from, to]: Range): Clause {
  if (from === to) return { sql: `${name} = ?`, parameters: [bound(from)] };
  return { sql: `${name} BETWEEN ? AND ?`, parameters: [bound(from), bound(to)] };
}

function listClause(name: string, ranges: readonly Range[]): Clause {
  const count = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  if (count > MOST_INTEGERS) {
    const message = `${ranges.length} ranges of ${count} integers are more than SQLite takes: ask for fewer at once`;
    throw new SimtapeError('InvalidConfig', message, { key: 'where', value: count });
  }
  const integers = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
  return { sql: `${name} IN (SELECT value FROM json_each(?))`, parameters: [JSON.stringify(integers)] };
}

/** Integers as such, since a float beside an integer column would be compared as one. */
function bound(value: number): number | bigint {
  return Number.isSafeInteger(value) ? BigInt(value) : value;
}
