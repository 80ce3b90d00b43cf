import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defineTable, f64, type Recorder, ref, SimulationFrame, timestamp } from '../../../src/index.ts';
import { record, scratch } from '../scratch.ts';
import { groupAt, withH5 } from './h5.ts';

const at = (name: string) =>
  defineTable(name, { at: f64({ clock: 'simulation', nullable: true }), x: f64() });
const Framed = defineTable('framed', { frame_id: ref(SimulationFrame), x: f64() });
const Stamped = defineTable('stamped', { at: timestamp({ clock: 'simulation' }) });
const Timeless = defineTable('timeless', { x: f64() });

/** Whether a group of run `r` says that its times never fall. */
async function rises(path: string, group: string): Promise<boolean> {
  return withH5(path, (file) => {
    const said = groupAt(file, `r/${group}`).attrs.simtape_rows!.value as Float64Array;
    return said[6] === 1;
  });
}

it('says of each group whether its times never fall', async () => {
  const path = join(scratch(), 'flight.h5');
  const times = {
    rising: [0, 0, 1, 1, 7],
    falling: [0, 1, 2, 1, 3],
    nan: [0, 1, Number.NaN, 2],
    nulls: [0, null, 1],
    none: [],
  };
  const simulate = (recorder: Recorder) => {
    for (const [name, list] of Object.entries(times)) {
      const table = recorder.table(at(name));
      for (const time of list) table.append({ at: time, x: 0 });
    }
    for (let i = 0; i < 5; i++) {
      recorder.recordFrame(i);
      recorder.table(Framed).append({ x: i });
      recorder.table(Stamped).append({ at: BigInt(i) });
      recorder.table(Timeless).append({ x: i });
      recorder.recordStep({ time: i }, i, 1);
      // Null in the rows before.
      recorder.recordStep(i < 3 ? { x: 1 } : { x: 1, time: i }, i, 2);
    }
  };
  await record(path, simulate, { backend: 'hdf5', runId: 'r' });
  const found: Record<string, boolean> = {};
  const groups = [...Object.keys(times), 'framed', 'stamped', 'timeless', 'simulation_frame'];
  for (const name of groups) found[name] = await rises(path, `tables/${name}`);
  for (const name of ['episode_000001', 'episode_000002']) found[name] = await rises(path, name);
  expect(found).toEqual({
    rising: true,
    falling: false,
    nan: false,
    nulls: false,
    // It has no row.
    none: false,
    framed: true,
    stamped: true,
    timeless: false,
    simulation_frame: true,
    episode_000001: true,
    episode_000002: false,
  });
});
