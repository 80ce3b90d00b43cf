import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRecorder } from '../../src/index.ts';
import { openRecording } from '../../src/read/index.ts';
import type { FieldsTask } from './programs/fields-lane.ts';

const LANES = 3;
const EPISODES = 6;
const STEPS = 200;

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'simtape-lanes-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test.each(['sqlite', 'parquet'])(
  'lanes whose rows have columns of their own, in orders of their own, come back from %s',
  async (backend) => {
    const recorder = await createRecorder({ backend, directory });
    const lanes = Array.from({ length: LANES }, async (_, lane) => {
      const handle = recorder.attach();
      const task: FieldsTask = { handle, lane, episodes: EPISODES, steps: STEPS };
      const worker = new Worker(new URL('./programs/fields-lane.ts', import.meta.url), {
        workerData: task,
        transferList: [handle.port],
        execArgv: ['--disable-warning=ExperimentalWarning'],
      });
      expect(await once(worker, 'exit')).toEqual([0]);
    });
    await Promise.all(lanes);
    await recorder.close();
    const rows = LANES * EPISODES * STEPS;
    expect(recorder.metrics().tables.steps).toMatchObject({ submitted: rows, written: rows, pending: 0 });

    using recording = await openRecording(recorder.path!);
    const next = new Map<unknown, number>();
    for await (const row of recording.table('steps').rows()) {
      const step = next.get(row.episode_id) ?? 0;
      next.set(row.episode_id, step + 1);
      expect(row.step_number).toBe(BigInt(step));
      expect(row.common).toBe(step % 2 === 0 ? step : null);
      for (let lane = 0; lane < LANES; lane++) {
        expect(row[`of_${lane}`]).toBe(Number(row.episode_id) % 10 === lane ? step * 10 + lane : null);
      }
    }
    expect([...next.values()]).toEqual(Array(LANES * EPISODES).fill(STEPS));
    const { success } = await recording.table('episodes').columns({ select: ['success'] });
    expect(success!.values.length).toBe(LANES * EPISODES);
  },
);
