import { type Column, defineTable, f64, i32, ref, SimulationFrame, type TableSchema } from '../src/index.ts';
import { STATE, type StateName } from './state.ts';

type Numbers = { [K in StateName]: Column<number, false, false> };
type Columns = { frame_id: Column<number, false, true>; body: Column<number, false, false> } & Numbers;

/** State of one rigid body in one frame: 22 columns, of which the recorder fills in the frame. */
export const BodyState: TableSchema<Columns, false> = defineTable('body_state', {
  frame_id: ref(SimulationFrame),
  body: i32(),
  ...(Object.fromEntries(STATE.map((name) => [name, f64()])) as Numbers),
});

export type BodyRow = { body: number } & { [K in StateName]: number };

/** A fresh row, as a simulation writes one down. */
export function bodyRow(state: Float64Array, body: number): BodyRow {
  const at = body * 20;
  return {
    body,
    position_x: state[at]!,
    position_y: state[at + 1]!,
    position_z: state[at + 2]!,
    rotation_x: state[at + 3]!,
    rotation_y: state[at + 4]!,
    rotation_z: state[at + 5]!,
    rotation_w: state[at + 6]!,
    velocity_x: state[at + 7]!,
    velocity_y: state[at + 8]!,
    velocity_z: state[at + 9]!,
    spin_x: state[at + 10]!,
    spin_y: state[at + 11]!,
    spin_z: state[at + 12]!,
    force_x: state[at + 13]!,
    force_y: state[at + 14]!,
    force_z: state[at + 15]!,
    torque_x: state[at + 16]!,
    torque_y: state[at + 17]!,
    torque_z: state[at + 18]!,
    energy: state[at + 19]!,
  };
}
