// Records runs into HDF5 files, for hdf5_runs.py to read: one that ended, one that was killed, one that was recovered, one
// of 10,000 episodes.
//   node hdf5_runs.ts FOLDER
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRecorder, Hdf5Objects, type Recorder } from '../../src/index.ts';
import { openRecording, recover } from '../../src/read/index.ts';
import { CONFIG, simulate } from '../read/matrix/simulate.ts';

const folder = process.argv[2]!;
const killed = fileURLToPath(new URL('../read/matrix/killed.ts', import.meta.url));

for (const compression of ['gzip', 'lzf', 'none'] as const) {
  const path = join(folder, `${compression}.h5`);
  const recorder = await createRecorder({
    ...CONFIG,
    backend: 'hdf5',
    path,
    hdf5: { compression, chunkSize: 64 },
  });
  await simulate(recorder);
  addOwn(recorder);
  await recorder.close();
}
spawnSync(process.execPath, [killed, 'hdf5', join(folder, 'killed.h5')]);
copyFileSync(join(folder, 'killed.h5'), join(folder, 'recovered.h5'));
cpSync(join(folder, 'killed.h5.journal'), join(folder, 'recovered.h5.journal'), { recursive: true });
await recover(join(folder, 'recovered.h5'));

// A file as it is at a checkpoint, in the middle of its run.
const going = await createRecorder({
  ...CONFIG,
  backend: 'hdf5',
  path: join(folder, 'going.h5'),
  hdf5: { chunkSize: 64, journalBytes: 65_536 },
});
addOwn(going);
await simulate(going);
await going.flush();
copyFileSync(join(folder, 'going.h5'), join(folder, 'checkpoint.h5'));
await going.close();

await recordMany(join(folder, 'many.h5'), 10_000);

/** Data beside the tables, of which hdf5_runs.py knows what they are. */
function addOwn(recorder: Recorder): void {
  const objects = new Hdf5Objects(recorder);
  objects.createGroup('/own', { text: 'naïve', number: 0.5, list: [1, 2], big: 2n ** 60n });
  const grows = { maxShape: [null, 2, 3], chunkRows: 4 } as const;
  const cube = objects.createDataset('/own/cube', [0, 2, 3], 'float32', grows);
  for (let i = 0; i < 10; i++) cube.write(Float32Array.from({ length: 6 }, (_, k) => i + k / 8));
  for (const dtype of ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'float64'])
    objects.createDataset(`/own/${dtype}`, [5], dtype, { layout: 'chunked' }).write([0, 1, 2, 3, 127]);
  objects.createDataset('/own/bool', [3], 'bool').write([true, false, true]);
  objects.createDataset('/own/str', [0], 'str', { maxShape: [null] }).write(['', 'naïve', '日本語']);
  objects.createDataset('/own/S8', [2], 'S8').write(['', 'naïve']);
  objects
    .createDataset('/own/matrix', [20, 20], 'f8', { fillValue: -1 })
    .write(new Float64Array(20).fill(3), 7);
  objects.createDataset('/own/single', [], 'int64', { attributes: { units: 's' } }).write(2n ** 62n);
  objects.setAttributes('episode_000001', { note: 'of one’s own' });
}

async function recordMany(path: string, episodes: number): Promise<void> {
  const recorder = await createRecorder({ backend: 'hdf5', path, runId: 'many' });
  for (let episode = 1; episode <= episodes; episode++) {
    for (let step = 0; step < 10; step++)
      recorder.recordStep({ position: [step, episode], reward: step * episode }, step, episode);
    recorder.recordEpisode({ success: true }, episode);
  }
  await recorder.close();
  using reader = await openRecording(path);
  const { reward } = await reader.table('steps').columns({ select: ['reward'] });
  const wanted = Float64Array.from({ length: episodes * 10 }, (_, i) => (i % 10) * (1 + Math.floor(i / 10)));
  if (!wanted.every((value, i) => reward!.values[i] === value)) throw new Error(`${path} is read otherwise`);
}

/** What our own reader says, as JSON: NaN, nulls and -0 by name. */
using reader = await openRecording(join(folder, 'gzip.h5'));
const expected: Record<string, unknown> = {};
for (const { name } of reader.tables()) expected[name] = await Array.fromAsync(reader.table(name).rows());
writeFileSync(
  join(folder, 'expected.json'),
  JSON.stringify(expected, (_, value) => {
    if (ArrayBuffer.isView(value)) return [...(value as Uint8Array)];
    if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)))
      return String(value);
    return Object.is(value, -0) ? '-0' : value;
  }),
);
