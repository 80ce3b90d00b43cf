import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { defineTable, f64 } from '../../../src/index.ts';
import { openRecording, type Reader, type StatesAtOptions, statesAt } from '../../../src/read/index.ts';
import { record, rejection, scratch } from '../../backends/scratch.ts';
import { BACKENDS, type Backend, ENDINGS } from '../backends.ts';
import { folderForFile } from '../shared-folder.ts';
import { FRAMES, STEP, STEPS_FROM, simulate, turnAboutZ } from './simulate.ts';

const Thing = defineTable('thing', { x: f64() });
const folder = folderForFile();
const END = (FRAMES - 1) * STEP;
const small = { parquet: { rowGroupValues: 200, maxFileRows: 300 }, hdf5: { chunkSize: 16 } };

const pathOf = (backend: Backend) => join(folder, `flight-${backend}${ENDINGS[backend]}`);
beforeAll(async () => {
  for (const backend of BACKENDS) await record(pathOf(backend), simulate, { backend, ...small });
});

describe.each(BACKENDS)('%s', (backend) => {
  const path = pathOf(backend);

  const at = async (time: number, options?: StatesAtOptions) => {
    using reader = await openRecording(path);
    return await statesAt(reader, time, options);
  };

  it.each([0, 0.25, 3.5, 17.75, END])('gives all states of the frame at %d s exactly', async (time) => {
    const frame = time / STEP;
    const moment = await at(time, { mode: 'exact' });
    expect(moment).toMatchObject({ frame: frame + 1, time });
    expect(Object.keys(moment!.tables).sort()).toEqual(['contact', 'energy', 'state']);
    const { state, contact, energy } = moment!.tables;
    expect(state!.map((row) => [row.frame_id, row.position_x, row.hits])).toEqual([
      [frame + 1, frame, frame],
      [frame + 1, frame, frame],
    ]);
    expect(state!.map((row) => row.body_id)).toEqual(frame % 2 === 0 ? [1, 2] : [2, 1]);
    expect(contact).toHaveLength(frame % 3);
    expect(energy!.map((row) => row.total)).toEqual([10 * frame]);
    expect(await at(time)).toEqual(moment);
    expect(await at(time, { mode: 'interpolated' })).toEqual(moment);
  });

  it('gives the last frame before a time', async () => {
    for (const [time, frame] of [
      [0.1, 0],
      [0.2499, 0],
      [9.99, 39],
      [END - 0.01, FRAMES - 2],
      [END + 1e6, FRAMES - 1],
      [Number.POSITIVE_INFINITY, FRAMES - 1],
    ] as const) {
      expect(await at(time, { tables: ['energy'] })).toMatchObject({
        frame: frame + 1,
        time: frame * STEP,
        tables: { energy: [{ total: 10 * frame }] },
      });
    }
  });

  it('gives null where there is no such frame', async () => {
    expect(await at(0.1, { mode: 'exact' })).toBeNull();
    for (const mode of ['exact', 'previous', 'interpolated'] as const) {
      expect(await at(-0.001, { mode })).toBeNull();
      expect(await at(Number.NEGATIVE_INFINITY, { mode })).toBeNull();
    }
    expect(await at(END + 0.001, { mode: 'interpolated' })).toBeNull();
    expect(await at(END + 0.001, { mode: 'exact' })).toBeNull();
  });

  it('interpolates numbers, vectors, rotations and angles of each body', async () => {
    // A fifth of the way from frame 41 to 42; the heading goes from 175 degrees back over 180.
    const moment = await at(41.2 * STEP, { mode: 'interpolated' });
    expect(moment).toMatchObject({ frame: 42, time: 41.2 * STEP });
    const { state, contact, energy } = moment!.tables;
    expect(state!.map((row) => row.body_id)).toEqual([2, 1]);
    for (const row of state!) {
      expect(row).toMatchObject({ frame_id: 42, hits: 41, mode: 'surge', load: 41 });
      expect(row.position_x).toBeCloseTo(41.2, 10);
      expect(row.position_y).toBe(row.body_id);
      expect(row.position_z).toBeCloseTo(-(41 ** 2 + 0.2 * (42 ** 2 - 41 ** 2)), 8);
      // The rate is no rotation, though it may be of any length.
      expect([row.spin_x, row.spin_w]).toEqual([expect.closeTo(41.2, 10), 1]);
      const angle = (41.2 * Math.PI) / 6;
      const turned = [row.orientation_x, row.orientation_y, row.orientation_z, row.orientation_w] as number[];
      const wanted = turnAboutZ(angle);
      const sign = Math.sign(turned[3]! * wanted[3]!);
      for (const [i, x] of turned.entries()) expect(sign * x).toBeCloseTo(wanted[i]!, 12);
      expect(row.heading).toBeCloseTo(Math.atan2(Math.sin(angle), Math.cos(angle)), 12);
    }
    expect(energy!.map((row) => row.total)).toEqual([expect.closeTo(412, 9)]);
    // Two contacts of one body: whose partners the next ones are is not known.
    expect(contact!.map((row) => row.impulse)).toEqual([41, 42]);
  });

  it('keeps what is null before or after', async () => {
    const loads = async (frame: number) => {
      const moment = await at(frame * STEP, { mode: 'interpolated', tables: ['state'] });
      return moment!.tables.state!.map((row) => row.load);
    };
    expect(await loads(3.5)).toEqual([null, null]);
    expect(await loads(2.5)).toEqual([2, 2]);
    expect(await loads(1.5)).toEqual([1.5, 1.5]);
  });

  it('gives the steps of an episode', async () => {
    const time = STEPS_FROM + 7 * STEP;
    for (const episode of [1, 2]) {
      const moment = await at(time + 0.1, { episode });
      expect(moment).toMatchObject({ frame: null, time });
      expect(moment!.tables.steps!.map((row) => [row.episode_id, row.step_number, row.agent_id])).toEqual([
        [BigInt(episode), 7n, 0n],
        [BigInt(episode), 7n, 1n],
      ]);
    }
    const between = await at(time + 0.1, { episode: 2, mode: 'interpolated' });
    expect(
      between!.tables.steps!.map((row) => [row.position_x, row.position_y, row.simulation_time]),
    ).toEqual([
      [expect.closeTo(7.4, 10), 0, expect.closeTo(time + 0.1, 10)],
      [expect.closeTo(7.4, 10), 1, expect.closeTo(time + 0.1, 10)],
    ]);
    expect(await at(STEPS_FROM - 1, { episode: 1 })).toBeNull();
    expect(await at(time, { episode: 3 })).toBeNull();
  });

  it('refuses what cannot be meant', async () => {
    await rejection('InvalidConfig', at(Number.NaN));
    await rejection('InvalidConfig', at(1, { mode: 'next' as never }));
    await rejection('NotFound', at(1, { tables: ['bodies'] }));
    await rejection('NotFound', at(1, { run: 'other' }));
    expect((await rejection('InvalidConfig', at(1, { tables: ['body'] }))).message).toMatch(
      /^table body does not refer to frames; tables that do: .*state/,
    );
    await rejection('InvalidConfig', at(1, { episode: 1, tables: ['state'] }));
    await rejection('InvalidConfig', at(1, { episode: 1, frames: { from: 1 } }));
  });
});

describe('recordings of other kinds', () => {
  const opened = async (run: Parameters<typeof record>[1]): Promise<Reader> => {
    const path = join(scratch(), 'flight.db');
    await record(path, run, { backend: 'sqlite' });
    return openRecording(path);
  };

  it('says what to do where there are no frames, or where steps have no time', async () => {
    using bare = await opened((recorder) => {
      recorder.recordStep({ reward: 1 }, 0, 1);
    });
    expect((await rejection('InvalidConfig', statesAt(bare, 1))).message).toMatch(
      /has no frames: name an episode/,
    );
    expect((await rejection('InvalidConfig', statesAt(bare, 1, { episode: 1 }))).message).toMatch(
      /simulation_time/,
    );
  });

  it('asks which run is meant, and reads no other', async () => {
    const path = join(scratch(), 'two.db');
    for (const runId of ['a', 'b']) {
      await record(path, simulate, { backend: 'sqlite', runId });
    }
    using reader = await openRecording(path);
    expect((await rejection('InvalidConfig', statesAt(reader, 1))).message).toMatch(
      /name one \(run\): a, b$/,
    );
    for (const [run, first] of [
      ['a', 1],
      ['b', FRAMES + 1],
    ] as const) {
      const moment = await statesAt(reader, 2, { run });
      expect(moment).toMatchObject({ frame: first + 8, time: 2 });
      expect(moment!.tables.energy).toHaveLength(1);
      const last = await statesAt(reader, 1e9, { run, tables: ['state'] });
      expect(last!.frame).toBe(first + FRAMES - 1);
    }
  });

  it('takes one run of a folder', async () => {
    using reader = await openRecording(folder);
    const runs = reader.runs().map(({ runId }) => runId);
    expect(runs).toHaveLength(BACKENDS.length);
    for (const run of runs) {
      const moment = await statesAt(reader, 3.6, { run, tables: ['energy'] });
      expect(moment).toMatchObject({
        frame: 15,
        time: 3.5,
        tables: { energy: [{ total: 140, run_id: run }] },
      });
    }
  });

  it('looks among some frames only, where the clock starts again', async () => {
    using reader = await opened((recorder) => {
      for (let i = 0; i < 30; i++) recorder.recordFrame(i % 10);
    });
    expect(await statesAt(reader, 3.5)).toMatchObject({ frame: 24, time: 3 });
    expect(await statesAt(reader, 3.5, { frames: { from: 11, to: 20 } })).toMatchObject({
      frame: 14,
      time: 3,
    });
    expect(await statesAt(reader, 99, { frames: { to: 10 } })).toMatchObject({ frame: 10, time: 9 });
    expect(await statesAt(reader, 9, { frames: { to: 5 } })).toMatchObject({ frame: 5, time: 4 });
    expect(await statesAt(reader, 0, { frames: { from: 12, to: 20 } })).toBeNull();
  });

  it('finds its way between times without end', async () => {
    using reader = await opened((recorder) => {
      for (const time of [Number.NEGATIVE_INFINITY, 0, 1e300, Number.POSITIVE_INFINITY])
        recorder.recordFrame(time);
    });
    const frames: unknown[] = [];
    for (const time of [Number.NEGATIVE_INFINITY, -5, 0, 7, 2e300, Number.POSITIVE_INFINITY]) {
      frames.push((await statesAt(reader, time))?.frame);
      frames.push((await statesAt(reader, time, { mode: 'interpolated' }))?.frame);
    }
    expect(frames).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4]);
  });

  it('works with one frame, and with none', async () => {
    using one = await opened((recorder) => {
      recorder.recordFrame(7);
    });
    expect(await statesAt(one, 7.5)).toEqual({ frame: 1, time: 7, tables: {} });
    expect(await statesAt(one, 7, { mode: 'interpolated' })).toMatchObject({ frame: 1 });
    expect(await statesAt(one, 7.5, { mode: 'interpolated' })).toBeNull();
    using none = await opened((recorder) => {
      recorder.table(Thing).append({ x: 1 });
    });
    await rejection('InvalidConfig', statesAt(none, 1));
  });
});
