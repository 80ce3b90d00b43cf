import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { createRecorder, defineTable, f64, utf8 } from '../../../src/index.ts';
import { openRecording, verify } from '../../../src/read/index.ts';
import { scratch } from '../scratch.ts';

const LANES = 2;
const STEPS = 3000;

it('takes the rows of several threads, whose columns are others and in another order', async () => {
  const path = join(scratch(), 'lanes.h5');
  const recorder = await createRecorder({ backend: 'hdf5', path, hdf5: { chunkSize: 100 } });
  const Shared = defineTable('shared', { n: f64(), note: utf8({ nullable: true }) });
  const ended = Array.from({ length: LANES }, (_, lane) => {
    const handle = recorder.attach();
    const worker = new Worker(new URL('./lane.ts', import.meta.url), {
      workerData: { handle, lane: lane + 1, steps: STEPS },
      transferList: [handle.port!],
    });
    return once(worker, 'exit');
  });
  for (let step = 0; step < STEPS; step++) {
    recorder.recordStep({ reward: step, a: step, b: [step, 1] }, step, 1);
    recorder.table(Shared).append({ n: step });
  }
  for (const end of ended) expect(await end).toEqual([0]);
  await recorder.close();
  using reader = await openRecording(path);
  const rows = await Array.fromAsync(reader.table('steps').rows());
  // Threads take ids in blocks, and may leave some of the last.
  const ids = rows.map(({ step_id }) => step_id as number);
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  for (let lane = 0; lane <= LANES; lane++) {
    const own = rows.filter(({ episode_id }) => episode_id === BigInt(lane + 1));
    expect(own.map(({ step_number }) => Number(step_number))).toEqual(
      Array.from({ length: STEPS }, (_, step) => step),
    );
    for (const row of own) {
      const step = Number(row.step_number);
      expect(row.reward).toBe(step + lane);
      if (lane === 0) expect(row).toMatchObject({ a: step, b_x: step, b_y: 1, c: null });
      else expect(row).toMatchObject({ a: null, b_x: 2, b_y: step, c: `lane ${lane}` });
    }
  }
  const { n } = await reader.table('shared').columns({ select: ['n'] });
  expect(n!.values).toHaveLength(STEPS * (LANES + 1));
  expect((await verify(path)).checks.flatMap(({ problems }) => problems)).toEqual([]);
});
