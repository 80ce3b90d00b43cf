import { array, defineTable, f64, ref, SimulationFrame, type TableSchema, u32 } from '../../src/index.ts';

/** One row for each lane. */
export const Agent: TableSchema = defineTable('agent', { lane: u32() }, { static: true });

/** `n` counts the rows of a lane; `state` repeats it, so that a torn row shows. */
export const State: TableSchema = defineTable('state', {
  frame_id: ref(SimulationFrame),
  agent_id: ref(Agent),
  n: u32(),
  size: u32({ description: 'Rows of this frame' }),
  state: array('f64', 16),
});

/** Single rows, which may refer to an agent of another lane. */
export const Note: TableSchema = defineTable('note', {
  agent_id: ref(Agent),
  lane: u32(),
  n: u32(),
  value: f64(),
});
