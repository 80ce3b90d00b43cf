import { expectTypeOf } from 'vitest';
import {
  array,
  bool,
  bytes,
  createRecorder,
  defineTable,
  enumOf,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  json,
  type Quat,
  quat,
  type RowOf,
  ref,
  SimulationFrame,
  timestamp,
  u8,
  u16,
  u32,
  u64,
  utf8,
  type Vec2,
  type Vec3,
  vec2,
  vec3,
} from '../../src/index.ts';

// Checked by `tsc --noEmit`; nothing here runs.

const body = defineTable('body', { mass: f64() });

const every = defineTable('every', {
  f64: f64(),
  f32: f32(),
  i8: i8(),
  i16: i16(),
  i32: i32(),
  i64: i64(),
  u8: u8(),
  u16: u16(),
  u32: u32(),
  u64: u64(),
  bool: bool(),
  utf8: utf8(),
  json: json(),
  bytes: bytes(),
  timestamp: timestamp(),
  mode: enumOf(['cast', 'surge']),
  vec2: vec2(),
  vec3: vec3(),
  quat: quat(),
  image: array('u8', 16),
  counts: array('i64', 2),
  flags: array('bool', 2),
  body_id: ref(body),
});

expectTypeOf<RowOf<typeof every>>().toEqualTypeOf<{
  f64: number;
  f32: number;
  i8: number;
  i16: number;
  i32: number;
  i64: bigint | number;
  u8: number;
  u16: number;
  u32: number;
  u64: bigint | number;
  bool: boolean;
  utf8: string;
  json: unknown;
  bytes: Uint8Array;
  timestamp: bigint | Date;
  mode: 'cast' | 'surge';
  vec2: Vec2;
  vec3: Vec3;
  quat: Quat;
  image: ArrayLike<number>;
  counts: ArrayLike<bigint | number>;
  flags: ArrayLike<boolean | number>;
  body_id: number;
}>();

const optional = defineTable('optional', {
  always: f64({ unit: 'm' }),
  never_null: utf8({ nullable: false }),
  label: utf8({ nullable: true, description: 'may be left out' }),
  mode: enumOf(['cast', 'surge'], { nullable: true }),
  image: array('f32', 4, { nullable: true }),
  body_id: ref(body, { nullable: true }),
  at: vec3({ nullable: true }),
});

expectTypeOf<RowOf<typeof optional>>().toEqualTypeOf<{
  always: number;
  never_null: string;
  label?: string | null | undefined;
  mode?: 'cast' | 'surge' | null | undefined;
  image?: ArrayLike<number> | null | undefined;
  body_id?: number | null | undefined;
  at?: Vec3 | null | undefined;
}>();

const framed = defineTable('framed', {
  frame_id: ref(SimulationFrame),
  last_frame: ref(SimulationFrame, { nullable: true }),
  body_id: ref(body),
});

expectTypeOf<RowOf<typeof framed>>().toEqualTypeOf<{
  frame_id?: number | undefined;
  last_frame?: number | null | undefined;
  body_id: number;
}>();

expectTypeOf<RowOf<typeof SimulationFrame>>().toEqualTypeOf<{
  simulation_time: number;
  wall_clock_time: number;
}>();

export async function rowsAreChecked(): Promise<void> {
  await using recorder = await createRecorder({ backend: 'none' });
  const table = recorder.table(optional);
  expectTypeOf(table.append).parameter(0).toEqualTypeOf<RowOf<typeof optional>>();
  expectTypeOf(table.append).returns.toEqualTypeOf<number>();
  expectTypeOf(table.schema).toEqualTypeOf<typeof optional>();

  table.append({ always: 1, never_null: '' });
  table.append({ always: 1, never_null: '', label: null, mode: 'cast', at: { x: 1, y: 2, z: 3 } });
  table.append({ always: 1, never_null: '', at: new Float32Array(3), image: [1, 2, 3, 4] });
  // @ts-expect-error a required column is missing
  table.append({ always: 1 });
  // @ts-expect-error null in a column that is not nullable
  table.append({ always: 1, never_null: null });
  // @ts-expect-error a column that the table has not got
  table.append({ always: 1, never_null: '', speed: 3 });
  // @ts-expect-error text in a number column
  table.append({ always: '1', never_null: '' });
  // @ts-expect-error a label that the enum has not got
  table.append({ always: 1, never_null: '', mode: 'hover' });
  // @ts-expect-error a vector of too few parts
  table.append({ always: 1, never_null: '', at: { x: 1, y: 2 } });

  const frames = recorder.table(framed);
  frames.append({ body_id: 1 });
  frames.append({ body_id: 1, frame_id: 2 });
  // @ts-expect-error a reference to another table is not filled in
  frames.append({});
  // @ts-expect-error the frame is not nullable
  frames.append({ body_id: 1, frame_id: null });

  const numbers = recorder.table(every);
  // @ts-expect-error ids are numbers
  frames.append({ body_id: 1n });
  // @ts-expect-error all the other columns are missing
  numbers.append({ f64: 1 });
}

export function schemasAreChecked(): void {
  // @ts-expect-error a builder that was not called
  defineTable('bad', { mass: f64 });
  // @ts-expect-error no such element
  array('utf8', 3);
  // @ts-expect-error no such clock
  f64({ clock: 'monotonic' });
  // @ts-expect-error a reference takes a table
  ref('body');
  // @ts-expect-error labels are strings
  enumOf([1, 2]);
}
