import {
  array,
  bool,
  bytes,
  defineTable,
  enumOf,
  f32,
  f64,
  i8,
  i64,
  json,
  type Recorder,
  type RecorderConfig,
  ref,
  SimulationFrame,
  timestamp,
  u64,
  utf8,
  vec3,
} from '../../../src/index.ts';

const Body = defineTable('body', { name: utf8(), mass: f64({ unit: 'kg' }) }, { static: true });
const State = defineTable('state', {
  frame_id: ref(SimulationFrame),
  body_id: ref(Body),
  position: vec3({ unit: 'm' }),
  x: f64({ nullable: true }),
  single: f32(),
  small: i8({ nullable: true }),
  wide: i64({ nullable: true }),
  count: u64(),
  flag: bool({ nullable: true }),
  note: utf8({ nullable: true }),
  data: json({ nullable: true }),
  raw: bytes(),
  at: timestamp(),
  mode: enumOf(['cast', 'surge', 'naïve']),
  weights: array('f32', 3, { nullable: true }),
});
/** A table that nothing is recorded into. */
const Empty = defineTable('empty', { x: f64() });

export const RUN_ID = 'matrix';
export const STEPS = 400;

/** Small row groups and files, so that a run of some hundred rows has several of each. */
export const CONFIG: RecorderConfig = {
  runId: RUN_ID,
  world: 'test',
  seed: 7,
  configuration: { wind: { speed: 2 }, names: ['a', 'é'] },
  metadata: { note: 'the same for all' },
  flushIntervalMs: 3_600_000,
  parquet: { rowGroupValues: 600, maxFileRows: 100 },
};

/** The same for every backend: interleaved episodes, a column that comes later, every kind, awkward values. */
export async function simulate(recorder: Recorder): Promise<void> {
  recorder.table(Empty);
  const bodies = ['ball', 'cube'].map((name, i) => recorder.table(Body).append({ name, mass: 1 + i }));
  for (let i = 0; i < STEPS; i++) {
    recorder.recordFrame(i / 60);
    for (const body_id of bodies) {
      recorder.table(State).append({
        body_id,
        position: [i, -0, 1 / (i + 1)],
        x: [-0, Number.NaN, null, Number.NEGATIVE_INFINITY, 5e-324][i % 5]!,
        single: i / 3,
        small: i % 7 === 0 ? null : (i % 256) - 128,
        wide: i % 4 === 0 ? null : 2n ** 53n + BigInt(i),
        count: 2n ** 64n - 1n - BigInt(i),
        flag: [true, false, null][i % 3]!,
        note: ['', 'é', null, '\ufeffmark', 'x'.repeat(i % 50)][i % 5]!,
        data: [null, { i, list: [i, null] }, 'text', [1.5]][i % 4],
        raw: new Uint8Array(i % 6).fill(i),
        at: BigInt(i) * 10n ** 15n,
        mode: (['cast', 'surge', 'naïve'] as const)[i % 3]!,
        weights: i % 6 === 0 ? null : [i, -0, Number.NaN],
      });
    }
    recorder.recordStep(
      {
        position: [i, -i],
        reward: i % 2 === 0 ? 1 : -0,
        timestamp: i,
        ...(i < 150 ? {} : { gust: i, time: i / 60 }),
      },
      i,
      1 + (i % 3),
    );
    recorder.endFrame();
    if (i % 40 === 39) await recorder.flush();
  }
  recorder.recordEpisode({ success: true, total_reward: 12.5 }, 1);
  recorder.recordEpisode({ termination_reason: 'time' }, 3);
  recorder.recordEpisode({ success: false, distance: 2.5 }, 3);
  await recorder.flush();
}
