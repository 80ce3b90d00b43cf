import { expectTypeOf } from 'vitest';
import {
  array,
  bool,
  bytes,
  defineTable,
  enumOf,
  f32,
  f64,
  i64,
  json,
  quat,
  ref,
  SimulationFrame,
  timestamp,
  u8,
  u64,
  utf8,
  vec2,
  vec3,
} from '../../src/index.ts';
import { openRecording, type RecordedRowOf, type TableReader } from '../../src/read/index.ts';

// Checked by `tsc --noEmit`; nothing here runs.

const Body = defineTable('body', {
  frame_id: ref(SimulationFrame),
  x: f64(),
  single: f32({ nullable: true }),
  small: u8(),
  wide: i64(),
  count: u64({ nullable: true }),
  flag: bool(),
  note: utf8({ nullable: true }),
  data: json(),
  raw: bytes(),
  at: timestamp(),
  mode: enumOf(['cast', 'surge']),
  place: vec2(),
  position: vec3({ nullable: true }),
  turn: quat(),
  image: array('u8', 4),
  counts: array('i64', 2),
  flags: array('bool', 2),
});

expectTypeOf<RecordedRowOf<typeof Body>>().toEqualTypeOf<{
  readonly id: number;
  readonly frame_id: number;
  readonly x: number;
  readonly single: number | null;
  readonly small: number;
  readonly wide: bigint;
  readonly count: bigint | null;
  readonly flag: boolean;
  readonly note: string | null;
  readonly data: unknown;
  readonly raw: Uint8Array;
  readonly at: bigint;
  readonly mode: 'cast' | 'surge';
  readonly place_x: number;
  readonly place_y: number;
  readonly position_x: number | null;
  readonly position_y: number | null;
  readonly position_z: number | null;
  readonly turn_x: number;
  readonly turn_y: number;
  readonly turn_z: number;
  readonly turn_w: number;
  readonly image: ArrayLike<number>;
  readonly counts: ArrayLike<bigint>;
  readonly flags: ArrayLike<number>;
}>();

export async function tablesAreTyped(): Promise<void> {
  using recording = await openRecording('flight.db');
  expectTypeOf(recording.table('body')).toEqualTypeOf<TableReader>();
  const table = recording.table(Body);
  for await (const row of table.rows()) expectTypeOf(row).toEqualTypeOf<RecordedRowOf<typeof Body>>();
  for await (const row of table.rows({ select: ['x', 'note'], where: { frame: 3 } })) {
    expectTypeOf(row).toEqualTypeOf<{ readonly x: number; readonly note: string | null }>();
  }
  const columns = await table.columns({ select: ['wide', 'mode', 'data', 'image', 'position_x'] });
  expectTypeOf(columns.wide.values).toEqualTypeOf<BigInt64Array | BigUint64Array>();
  expectTypeOf(columns.mode.values).toEqualTypeOf<readonly ('cast' | 'surge' | null)[]>();
  expectTypeOf(columns.data.values).toEqualTypeOf<readonly (string | null)[]>();
  expectTypeOf(columns.image.values).toEqualTypeOf<readonly (ArrayLike<number> | null)[]>();
  expectTypeOf(columns.position_x.validity).toEqualTypeOf<Uint8Array | undefined>();
  // @ts-expect-error not selected
  columns.x;
  // @ts-expect-error a column that the table has not got
  table.rows({ select: ['y'] });
  // @ts-expect-error vectors are read in their parts
  table.rows({ select: ['position'] });
  const frames = await recording.table(SimulationFrame).columns();
  expectTypeOf(frames.id.values).toEqualTypeOf<Float64Array>();
  for await (const batch of table.batches({ select: ['flag'], batchRows: 8 })) {
    expectTypeOf(batch.columns.flag.values).toEqualTypeOf<readonly (boolean | null)[]>();
    expectTypeOf(batch.rows).toEqualTypeOf<number>();
  }
}
