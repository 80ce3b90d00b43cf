import {
  type Column,
  defineTable,
  f64,
  json,
  ref,
  SimulationFrame,
  type TableSchema,
  utf8,
} from '../../index.ts';

type Number = Column<number, false, false>;
type Text = Column<string, false, false>;

/** A static table. */
export const Body: TableSchema<{ name: Text }, false> = defineTable(
  'body',
  { name: utf8() },
  { static: true },
);

/** Rows that refer to frames and bodies, with a value for JSON to be made of. */
export const State: TableSchema<
  { frame_id: Column<number, false, true>; body_id: Number; x: Number; data: Column<unknown, false, false> },
  false
> = defineTable('state', { frame_id: ref(SimulationFrame), body_id: ref(Body), x: f64(), data: json() });
