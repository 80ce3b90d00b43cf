/** Makes a recording that others damage: `node make.ts KIND FOLDER`. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { convertRecording } from '../../../src/export/index.ts';
import {
  array,
  bool,
  bytes,
  createRecorder,
  defineTable,
  enumOf,
  f32,
  f64,
  i64,
  json,
  type RecorderConfig,
  ref,
  SimulationFrame,
  timestamp,
  u8,
  u64,
  utf8,
  vec3,
} from '../../../src/index.ts';
import { KINDS, type Kind } from './recordings.ts';

const Body = defineTable('body', { name: utf8(), mass: f64() }, { static: true });
const State = defineTable('state', {
  frame_id: ref(SimulationFrame),
  body_id: ref(Body),
  position: vec3(),
  x: f64({ nullable: true }),
  single: f32(),
  small: u8({ nullable: true }),
  wide: i64({ nullable: true }),
  count: u64(),
  flag: bool({ nullable: true }),
  note: utf8({ nullable: true }),
  data: json({ nullable: true }),
  raw: bytes(),
  at: timestamp(),
  mode: enumOf(['cast', 'surge']),
  weights: array('f32', 3, { nullable: true }),
});

const FRAMES = 60;
const [kind, folder] = process.argv.slice(2) as [Kind, string];
const { backend, name, killed } = KINDS[kind];
/** Files of Arrow are made of a recording, none is recorded. */
const path = join(folder, kind === 'arrow' ? 'recorded' : name);
const config: RecorderConfig = {
  backend,
  path,
  runId: 'hostile',
  world: 'test',
  thread: false,
  flushIntervalMs: 3_600_000,
  configuration: { wind: { speed: 2 } },
  parquet: { rowGroupValues: 300, maxFileRows: 40 },
  ...(kind === 'hdf5 lzf' ? { hdf5: { compression: 'lzf' } } : {}),
};

const recorder = await createRecorder(config);
const bodies = ['ball', 'cube'].map((body, i) => recorder.table(Body).append({ name: body, mass: 1 + i }));
for (let i = 0; i < FRAMES; i++) {
  recorder.recordFrame(i / 60);
  for (const body_id of bodies) {
    recorder.table(State).append({
      body_id,
      position: [i, -0, 1 / (i + 1)],
      x: [-0, Number.NaN, null, Number.NEGATIVE_INFINITY][i % 4]!,
      single: i / 3,
      small: i % 7 === 0 ? null : i,
      wide: i % 4 === 0 ? null : 2n ** 53n + BigInt(i),
      count: 2n ** 64n - 1n - BigInt(i),
      flag: [true, false, null][i % 3]!,
      note: ['', 'é', null, 'x'.repeat(i)][i % 4]!,
      data: [null, { i, list: [i, null] }, 'text'][i % 3],
      raw: new Uint8Array(i % 6).fill(i),
      at: BigInt(i) * 10n ** 15n,
      mode: i % 2 === 0 ? 'cast' : 'surge',
      weights: i % 6 === 0 ? null : [i, -0, Number.NaN],
    });
  }
  recorder.recordStep({ position: [i, -i], reward: i, note: `step ${i}`, time: i / 60 }, i, 1 + (i % 2));
  recorder.endFrame();
  if (i % 20 === 19) await recorder.flush();
}
recorder.recordEpisode({ success: true, total_reward: 12.5 }, 1);
await recorder.flush();
if (killed) process.kill(process.pid, 'SIGKILL');
await recorder.close();
if (kind === 'arrow') {
  await convertRecording(path, join(folder, name));
  rmSync(path, { recursive: true });
}
