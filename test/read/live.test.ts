import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createRecorder, defineTable, f64, ref, SimulationFrame } from '../../src/index.ts';
import { openRecording } from '../../src/read/index.ts';
import { scratch } from '../backends/scratch.ts';
import { ENDINGS } from './backends.ts';

/** Backends whose rows stand in a journal first. */
const BACKENDS = ['parquet', 'hdf5'] as const;
const State = defineTable('state', { frame_id: ref(SimulationFrame), x: f64() });
const PER_FRAME = 3;
const READS = 25;

it.each(BACKENDS)(
  'reads whole commits of %s, no row twice and none left out, while rows leave the journal',
  async (backend) => {
    const path = join(scratch(), `run${ENDINGS[backend]}`);
    const recorder = await createRecorder({
      backend,
      path,
      flushIntervalMs: 1,
      // Files are completed and segments of the journal deleted all the time.
      parquet: { maxFileRows: 40, rowGroupValues: 60, journalBytes: 64 * 1024 },
      hdf5: { chunkSize: 60, journalBytes: 64 * 1024 },
    });
    let frames = 0;
    const recordSome = () => {
      for (let i = 0; i < 20; i++) {
        const frame_id = recorder.recordFrame(frames++);
        for (let k = 0; k < PER_FRAME; k++) recorder.table(State).append({ frame_id, x: frame_id * 10 + k });
        recorder.recordStep({ reward: frame_id }, frames, 1 + (frames % 5));
        recorder.endFrame();
      }
    };
    let seen = 0;
    for (let read = 0; read < READS; read++) {
      recordSome();
      if (read % 5 === 4) await recorder.flush();
      const confirmed = read % 5 === 4 ? frames : seen;
      using reader = await openRecording(path);
      recordSome();
      const info = Object.fromEntries(reader.tables().map(({ name, rows }) => [name, rows]));
      const found = info.simulation_frame ?? 0;
      expect(found).toBeGreaterThanOrEqual(confirmed);
      // A commit is a cut through all tables.
      expect(info).toEqual(
        found === 0
          ? {}
          : { simulation_frame: found, state: found * PER_FRAME, steps: found, episodes: Math.min(5, found) },
      );
      if (found === 0) continue;
      const { id, x } = await reader.table('state').columns();
      expect([...id!.values]).toEqual(Array.from({ length: found * PER_FRAME }, (_, i) => i + 1));
      expect(x!.values.at(-1)).toBe(found * 10 + PER_FRAME - 1);
      const { step_id, reward } = await reader.table('steps').columns();
      expect([...step_id!.values]).toEqual(Array.from({ length: found }, (_, i) => i + 1));
      expect([...reward!.values]).toEqual([...step_id!.values]);
      seen = found;
    }
    await recorder.close();
    using reader = await openRecording(path);
    expect(reader.runs()).toMatchObject([{ frames, steps: frames, state: 'ended' }]);
  },
);

it.each(BACKENDS)('keeps what it saw of %s when the recording goes on and ends', async (backend) => {
  const path = join(scratch(), `run${ENDINGS[backend]}`);
  const recorder = await createRecorder({ backend, path, thread: false });
  for (let i = 0; i < 50; i++) recorder.recordStep({ reward: i }, i, 1);
  await recorder.flush();
  using reader = await openRecording(path);
  const steps = reader.table('steps');
  for (let i = 50; i < 80; i++) recorder.recordStep({ reward: i }, i, 1);
  await recorder.close();
  expect((await steps.columns()).reward!.values).toEqual(Float64Array.from({ length: 50 }, (_, i) => i));
  expect((await reader.query('SELECT count(*), max(reward) FROM steps')).rows).toEqual([[50, 49]]);
  expect(reader.runs()).toMatchObject([{ state: 'recording', steps: 50 }]);
  using later = await openRecording(path);
  expect(later.runs()).toMatchObject([{ state: 'ended', steps: 80 }]);
});
