import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { RecorderFactory } from '../../src/index.ts';
import { openRecording } from '../../src/read/index.ts';
import { scratch } from '../backends/scratch.ts';
import type { AgentTask } from './programs/agent-thread.ts';

// The numbers are those of the specification's own tests.
it.each([
  ['sqlite', 5, 100],
  ['sqlite', 10, 100],
  ['parquet', 10, 100],
  ['hdf5', 10, 100],
])('%s: %i threads of %i steps lose nothing', async (backend, threads, steps) => {
  const recorder = RecorderFactory.createRecorder({ backend, output_dir: scratch() });
  const ends = Array.from({ length: threads }, async (_, i) => {
    const handle = recorder.attach();
    const task: AgentTask = { handle, episode: i + 1, steps };
    const worker = new Worker(new URL('./programs/agent-thread.ts', import.meta.url), {
      workerData: task,
      transferList: [handle.port],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    expect(await once(worker, 'exit')).toEqual([0]);
  });
  await Promise.all(ends);
  await recorder.close();
  const rows = threads * steps;
  expect(recorder.metrics().tables.steps).toMatchObject({
    submitted: rows,
    written: rows,
    dropped: 0,
    failed: 0,
  });
  using recording = await openRecording(recorder.path!);
  const next = new Map<number, number>();
  for await (const { episode_id, step_number, position_x, position_y } of recording.table('steps').rows()) {
    const episode = Number(episode_id);
    const step = next.get(episode) ?? 0;
    expect([Number(step_number), position_x, position_y]).toEqual([step, episode, step]);
    next.set(episode, step + 1);
  }
  expect([...next].sort(([a], [b]) => a - b)).toEqual(
    Array.from({ length: threads }, (_, i) => [i + 1, steps]),
  );
});

it.each(['sqlite', 'parquet', 'hdf5'])('%s: a step of 100 agents is 100 rows', async (backend) => {
  const recorder = RecorderFactory.createRecorder({ backend, output_dir: scratch() });
  for (let step = 0; step < 10; step++) {
    const agents = Array.from({ length: 100 }, (_, i) => [
      `agent_${i}`,
      { position: [i, step], concentration: i / 100, action: { turn: step }, reward: 1 },
    ]);
    recorder.recordStep(Object.fromEntries(agents), step);
  }
  await recorder.close();
  expect(recorder.metrics().tables.steps).toMatchObject({ submitted: 1000, written: 1000 });
  using recording = await openRecording(recorder.path!);
  const last = (await Array.fromAsync(recording.table('steps').rows())).slice(900);
  expect(last.map((row) => [Number(row.agent_id), row.position_x, row.position_y])).toEqual(
    Array.from({ length: 100 }, (_, i) => [i, i, 9]),
  );
  expect(recording.runs()[0]).toMatchObject({ episodes: 1, steps: 1000 });
});
