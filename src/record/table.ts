import type { TableRing } from '../buffer/ring.ts';
import { SimtapeError, show } from '../errors.ts';
import { type InputColumn, planTable } from '../schema/plan.ts';
import type { RowOf } from '../schema/table.ts';
import type { TableSchema } from '../schema/types.ts';
import { makeAppend } from './append.ts';
import type { Append } from './append-plan.ts';
import type { Lane } from './lane.ts';

/** How much of a row is checked. See {@link RecorderOptions.validate}. */
export type Validation = 'fast' | 'full';

/** The recording end of one table. */
export interface Table<T extends TableSchema = TableSchema> {
  readonly schema: T;
  /**
   * Takes one row and returns its id, which other rows may refer to; 0 where the overflow policy dropped it.
   *
   * @throws `InvalidValue` where a column cannot hold the row's value, `RecorderClosed`, `Backpressure`, `BufferFull`,
   * `RowTooLarge`. A row that throws was not taken.
   */
  readonly append: (row: RowOf<T>) => number;
}

/** Makes the recording end of a table whose parents are in the lane already. */
export function openTable<T extends TableSchema>(
  lane: Lane,
  schema: T,
  validate: Validation,
  generate?: boolean,
): { table: Table<T>; ring: TableRing; checkKeys: (row: unknown) => void } {
  const { plan, inputs } = planTable(schema);
  const ring = lane.addRing(plan);
  const known = new Set(inputs.map((input) => input.name));
  const checkKeys = (row: unknown) => refuseUnknownFields(ring, known, row);
  const append: Append = makeAppend(
    {
      lane,
      ring,
      columns: inputs.map((input) => ({ input, source: { from: 'row', field: input.name } })),
      empty: [],
      fail: (column, value) => refuse(ring, inputs[column], value),
      ...(validate === 'full' ? { checkKeys } : {}),
    },
    generate,
  );
  return { table: { schema, append: append as (row: RowOf<T>) => number }, ring, checkKeys };
}

function refuse(ring: TableRing, input: InputColumn | undefined, value: unknown): never {
  ring.counts.rejected++;
  const table = ring.plan.name;
  if (input === undefined) {
    throw new SimtapeError('InvalidValue', `a row of ${table} is an object, not ${show(value)}`, {
      table,
      column: '',
      value,
    });
  }
  const missing = value === undefined || (value === null && input.kind !== 'json');
  const what = missing ? (value === undefined ? 'is missing' : 'is null') : `is ${show(value)}`;
  throw new SimtapeError('InvalidValue', `${table}.${input.name} ${what}; ${expectation(input, missing)}`, {
    table,
    column: input.name,
    value,
  });
}

/** What a column takes, in words. */
export function expectation(input: InputColumn, missing = false): string {
  if (input.frame && missing)
    return 'no frame is open to fill it from: call recordFrame first, or give an id';
  const nullable = missing ? ' (declare it nullable if rows may leave it out)' : '';
  switch (input.kind) {
    case 'f64':
    case 'f32':
      return `it takes a number${nullable}`;
    case 'bool':
      return `it takes true or false${nullable}`;
    case 'i64':
    case 'u64':
      return `it takes a bigint in the range of ${input.kind}, or a safe integer${nullable}`;
    case 'timestamp':
      return `it takes a bigint of nanoseconds since the Unix epoch, or a valid Date${nullable}`;
    case 'utf8':
      return `it takes a string of well-formed Unicode${nullable}`;
    case 'json':
      return `it takes what JSON can hold, nested at most 64 deep${nullable}`;
    case 'bytes':
      return `it takes a Uint8Array${nullable}`;
    case 'enum':
      return `it takes one of ${input.labels!.map((label) => JSON.stringify(label)).join(', ')}${nullable}`;
    case 'vec2':
    case 'vec3':
    case 'quat': {
      const names = { vec2: 'x, y', vec3: 'x, y, z', quat: 'x, y, z, w' }[input.kind];
      return `it takes the numbers { ${names} } or an array of them${nullable}`;
    }
    case 'array':
      return `it takes ${input.length} values of ${input.element}${nullable}`;
    case 'ref':
      return `it takes the id of a row of ${input.target}${nullable}`;
    case 'null':
      return 'it takes null';
    case 'same':
      return 'it contradicts what the call says';
    default:
      return `it takes an integer in the range of ${input.kind}${nullable}`;
  }
}

function refuseUnknownFields(ring: TableRing, known: ReadonlySet<string>, row: unknown): void {
  for (const key in row as object) {
    if (known.has(key)) continue;
    ring.counts.rejected++;
    const table = ring.plan.name;
    throw new SimtapeError(
      'InvalidValue',
      `${table} has no column ${show(key)}; it has ${[...known].join(', ')}`,
      { table, column: key, value: (row as Record<string, unknown>)[key] },
    );
  }
}
