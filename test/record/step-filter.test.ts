import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RecorderConfig } from '../../src/config/recorder-config.ts';
import { createRecorder } from '../../src/create-recorder.ts';
import { joinRecorder } from '../../src/join-recorder.ts';
import { openRecording } from '../../src/read/index.ts';
import type { Recorder } from '../../src/record/recorder.ts';
import { freshPath, record, scratch } from '../backends/scratch.ts';

type Row = Record<string, unknown>;

async function rows(path: string, table: string): Promise<Row[]> {
  using reader = await openRecording(path);
  const found = await Array.fromAsync(reader.table(table).rows());
  const plain = (value: unknown) => (typeof value === 'bigint' ? Number(value) : value);
  return found.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])),
  );
}

async function recorded(
  steps: RecorderConfig['steps'],
  simulate: (recorder: Recorder) => void,
): Promise<{ steps: Row[]; episodes: Row[] }> {
  const path = freshPath();
  await record(path, simulate, { steps });
  return { steps: await rows(path, 'steps'), episodes: await rows(path, 'episodes') };
}

/** Six steps with rewards 1 to 6, of one episode. */
function episode(recorder: Recorder): void {
  for (let step = 0; step < 6; step++) {
    recorder.recordStep(
      { observation: { c: step }, action: { turn: 1 }, x: step, reward: step + 1, timestamp: step },
      step,
      1,
    );
  }
  recorder.recordEpisode({}, 1);
}

it('records every so manieth step, and counts all of them in the episode', async () => {
  const { steps, episodes } = await recorded({ interval: 4 }, episode);
  expect(steps.map(({ step_number, reward }) => [step_number, reward])).toEqual([
    [0, 1],
    [4, 5],
  ]);
  expect(episodes).toMatchObject([
    { total_steps: 6, total_reward: 21, start_timestamp: 0, end_timestamp: 5 },
  ]);
});

it('records only episodes where steps are switched off', async () => {
  const { steps, episodes } = await recorded({ record: false }, episode);
  expect(steps).toEqual([]);
  expect(episodes).toMatchObject([{ total_steps: 6, total_reward: 21 }]);
});

it('leaves out observations, actions and rewards, and counts rewards all the same', async () => {
  const all = await recorded({}, episode);
  expect(all.steps[2]).toMatchObject({
    x: 2,
    reward: 3,
    action_data: { turn: 1 },
    observation_data: { c: 2 },
  });
  const none = await recorded({ observations: false, actions: false, rewards: false }, episode);
  expect(none.steps).toHaveLength(6);
  for (const step of none.steps) {
    expect(step.x).toBe(step.step_number);
    for (const name of ['action_data', 'observation_data', 'reward']) expect(step[name] ?? null).toBeNull();
  }
  expect(none.episodes).toMatchObject([{ total_steps: 6, total_reward: 21 }]);
});

it('does so for each agent of a step', async () => {
  const { steps, episodes } = await recorded({ interval: 2, rewards: false }, (recorder) => {
    for (let step = 0; step < 3; step++) {
      recorder.recordStep({ agent_0: { x: 1, reward: 1 }, agent_1: { x: 2, reward: 10 } }, step, 1);
    }
    recorder.recordEpisode({}, 1);
  });
  expect(
    steps.map(({ step_number, agent_id, x, reward }) => [step_number, agent_id, x, reward ?? null]),
  ).toEqual([
    [0, 0, 1, null],
    [0, 1, 2, null],
    [2, 0, 1, null],
    [2, 1, 2, null],
  ]);
  expect(episodes).toMatchObject([{ total_steps: 3, total_reward: 33 }]);
});

it('does so in the lanes of other threads', async () => {
  const path = freshPath();
  const recorder = await createRecorder({ path, steps: { interval: 5 } });
  const lane = joinRecorder(recorder.attach());
  episode(lane);
  await lane.close();
  await recorder.close();
  expect((await rows(path, 'steps')).map(({ step_number }) => step_number)).toEqual([0, 5]);
});

it('asks nothing of a field that is left out', async () => {
  const { steps } = await recorded({ rewards: false }, (recorder) => {
    recorder.recordStep({ x: 1, reward: 1 }, 0, 1);
    expect(recorder.explainData({ x: 2, reward: 'high' })).toEqual([]);
    recorder.recordStep({ x: 2, reward: 'high' }, 1, 1);
    expect(recorder.explainData({ x: 'far' })).toHaveLength(1);
  });
  expect(steps).toHaveLength(2);
});

it('puts the id of the run into the path, and makes folders where it is asked to', async () => {
  const path = join(scratch(), 'a', 'b', 'flight_{run_id}.db');
  await expect(createRecorder({ path, thread: false })).rejects.toThrow(/does not exist; make it first/);
  await using recorder = await createRecorder({ path, thread: false, makeFolders: true, runId: 'one' });
  expect(recorder.path).toBe(path.replace('{run_id}', 'one'));
});
