import { beforeAll, describe, expect, it } from 'vitest';
import {
  bool,
  type Column,
  defineTable,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  type Recorder,
  ref,
  SimulationFrame,
  timestamp,
  u8,
  u16,
  u32,
  u64,
  utf8,
} from '../../../src/index.ts';
import { openRecording, type Where } from '../../../src/read/index.ts';
import { record, rejection } from '../../backends/scratch.ts';
import fc from '../../support/fast-check.ts';
import { BACKENDS, ENDINGS } from '../backends.ts';
import { folderForFile } from '../shared-folder.ts';

const nullable = { nullable: true } as const;
/** Awkward values of each kind that may number agents. */
const INTEGERS: Readonly<Record<string, [Column, readonly (number | bigint | null)[]]>> = {
  i8: [i8(nullable), [-128, -1, 0, 1, 127, null]],
  u8: [u8(), [0, 1, 127, 128, 255]],
  i16: [i16(), [-32_768, -1, 0, 32_767]],
  u16: [u16(nullable), [0, 32_768, 65_535, null]],
  i32: [i32(), [-(2 ** 31), -1, 0, 2 ** 31 - 1]],
  u32: [u32(nullable), [0, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, null]],
  i64: [i64(nullable), [-(2n ** 63n), -1n, 0n, 2n ** 53n - 1n, 2n ** 53n + 1n, 2n ** 63n - 1n, null]],
  u64: [u64(nullable), [0n, 1n, 2n ** 53n - 1n, 2n ** 63n, 2n ** 64n - 1n, null]],
  f32: [f32(nullable), [-1, -0, 0, 1, Number.NaN, Number.POSITIVE_INFINITY, 16_777_216, null]],
  f64: [f64(), [-1, -0, 0, 5e-324, 1, Number.NaN, Number.NEGATIVE_INFINITY, 2 ** 53]],
};
const clock = { clock: 'simulation', ...nullable } as const;
const TIMES: readonly (number | null)[] = [
  -1.5,
  -0,
  0,
  5e-324,
  0.1,
  0.3,
  1,
  Number.NaN,
  Infinity,
  -Infinity,
  null,
];

const Agents = Object.entries(INTEGERS).map(([kind, [column]]) =>
  defineTable(`agent_${kind}`, { agent_id: column, x: f64() }),
);
const Clocked = defineTable('clocked', { at: f64(clock), x: f64() });
const Single = defineTable('single', { at: f32(clock), x: f64() });
const Strict = defineTable('strict', { at: f64({ clock: 'simulation' }), x: f64() });
const Millis = defineTable('millis', { at: i32({ clock: 'simulation', unit: 'ms' }), x: f64() });
const Stamped = defineTable('stamped', { at: timestamp(clock), x: f64() });
const Framed = defineTable('framed', { frame_id: ref(SimulationFrame), x: f64() });
/** Columns of these names that hold no numbers. */
const Named = defineTable('named', { agent_id: utf8(), episode_id: bool(), time: utf8() });

const ROWS = 240;

function simulate(recorder: Recorder): void {
  let seed = 7;
  const pick = <T>(values: readonly T[]): T => {
    seed = (seed * 48_271) % 2_147_483_647;
    return values[seed % values.length]!;
  };
  const finite = TIMES.filter((time) => time !== null);
  recorder.table(Named).append({ agent_id: '1', episode_id: true, time: '1' });
  for (let x = 0; x < ROWS; x++) {
    recorder.recordFrame(pick(finite));
    recorder.table(Framed).append({ x });
    recorder.endFrame();
    // Rising in long stretches, so that whole row groups hold one value.
    for (const [i, [, values]] of Object.values(INTEGERS).entries()) {
      const agent_id = x % 3 === 0 ? values[Math.floor((x * values.length) / ROWS)] : pick(values);
      recorder.table(Agents[i]!).append({ agent_id, x } as never);
    }
    recorder.table(Clocked).append({ at: pick(TIMES), x });
    recorder.table(Single).append({ at: pick(TIMES), x });
    recorder.table(Strict).append({ at: pick(finite), x });
    recorder.table(Millis).append({ at: x * 10 - 100, x });
    recorder.table(Stamped).append({ at: pick([-1n, 0n, 5n, 10n ** 9n, 3n * 10n ** 17n, null]), x });
  }
}

const number = fc.constantFrom(-1.5, -1, -0, 0, 5e-324, 1e-9, 0.1, 0.3, 1, 3e8, Infinity, -Infinity);
const time: fc.Arbitrary<Where> = fc
  .oneof(number, fc.record({ from: number, to: number }, { requiredKeys: [] }))
  .map((given) => ({ time: given }));
const agents: fc.Arbitrary<Where> = fc
  .array(fc.constantFrom(-128, -1, 0, 1, 127, 128, 255, 65_535, 2 ** 31, 2 ** 32 - 1, 2 ** 53 - 1), {
    maxLength: 4,
  })
  .map((agent) => ({ agent }));

/** What `where` says of a value, in its own words. */
function holds(where: Where, value: unknown, second: number): boolean {
  if (value === null) return false;
  const given = (where.time ?? where.agent) as number | readonly number[] | { from?: number; to?: number };
  const ranges =
    typeof given === 'number'
      ? [{ from: given, to: given }]
      : Array.isArray(given)
        ? given.map((n) => ({ from: n, to: n }))
        : [given as { from?: number; to?: number }];
  const found = value as number;
  return ranges.some(({ from = -Infinity, to = Infinity }) => found >= from * second && found <= to * second);
}

const folder = folderForFile();

describe.each(BACKENDS)('%s', (backend) => {
  const path = `${folder}/flight-${backend}${ENDINGS[backend]}`;
  const small = { parquet: { rowGroupValues: 60, maxFileRows: 70 }, hdf5: { chunkSize: 8 } };
  beforeAll(() => record(path, simulate, { backend, ...small }));

  it.each([
    ...Agents.map(({ name }) => [name, 'agent_id', 1, agents] as const),
    ['clocked', 'at', 1, time] as const,
    ['single', 'at', 1, time] as const,
    ['strict', 'at', 1, time] as const,
    ['millis', 'at', 1e3, time] as const,
    ['stamped', 'at', 1e9, time] as const,
    ['framed', null, 1, time] as const,
  ])('gives what is asked of %s', async (name, column, second, wheres) => {
    using reader = await openRecording(path);
    const table = reader.table(name);
    const all = await Array.fromAsync(table.rows());
    const frames = await Array.fromAsync(reader.table('simulation_frame').rows());
    const times = new Map(frames.map(({ id, simulation_time }) => [id, simulation_time]));
    await fc.assert(
      fc.asyncProperty(wheres, async (where) => {
        const wanted = all.filter((row) =>
          holds(where, column === null ? times.get(row.frame_id) : row[column], second),
        );
        const { x } = await table.columns({ where, select: ['x'] });
        expect(Array.from(x!.values as Float64Array)).toEqual(wanted.map((row) => row.x));
      }),
      { numRuns: 25, seed: 20261122 },
    );
  });

  it('takes no column of such a name that holds no numbers', async () => {
    using reader = await openRecording(path);
    for (const where of [{ agent: 1 }, { episode: 1 }, { time: 1 }]) {
      await rejection('InvalidConfig', reader.table('named').columns({ where }));
    }
  });
});
