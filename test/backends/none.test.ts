import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createRecorder, defineTable, f64, type Recorder, ref, SimulationFrame } from '../../src/index.ts';
import { rejection, scratch } from './scratch.ts';

const State = defineTable('state', { frame_id: ref(SimulationFrame), x: f64() });

function simulate(recorder: Recorder): void {
  for (let i = 0; i < 3; i++) {
    recorder.recordFrame(i);
    recorder.table(State).append({ x: i });
    recorder.recordStep({ reward: i }, i);
    recorder.endFrame();
  }
  recorder.recordEpisode({ success: true }, 1);
  recorder.endEpisode();
  recorder.flushSync();
}

it('records nothing, and says so', async () => {
  const directory = scratch();
  const recorder = await createRecorder({ backend: 'none', directory });
  expect(recorder.isRecording()).toBe(false);
  expect(recorder).toMatchObject({ path: null, interruptHandle: null });
  simulate(recorder);
  expect(recorder.metrics()).toMatchObject({ tables: {}, commits: 0 });
  await recorder.flush();
  await recorder.close();
  await recorder.close();
  expect(readdirSync(directory)).toEqual([]);
});

it('has a run id, its own or the one it was given', async () => {
  expect((await createRecorder({ backend: 'none' })).runId).toMatch(/^run_\d{8}_\d{6}_[a-z0-9]{4}$/);
  expect((await createRecorder({ backend: 'none', runId: 'mine' })).runId).toBe('mine');
});

it('numbers episodes as a recorder that records does', async () => {
  const recorder = await createRecorder({ backend: 'none' });
  expect(recorder.startEpisode()).toBe(1);
  recorder.endEpisode();
  expect(recorder.startEpisode()).toBe(2);
  expect(recorder.startEpisode(7)).toBe(7);
  expect(recorder.startEpisode()).toBe(8);
});

it('counts the calls that it ignores, where it is asked to', async () => {
  const recorder = await createRecorder({ backend: 'none', countCalls: true });
  simulate(recorder);
  expect(recorder.getCallCount()).toEqual({
    recordFrame: 3,
    table: 3,
    append: 3,
    recordStep: 3,
    endFrame: 3,
    recordEpisode: 1,
    endEpisode: 1,
    flushSync: 1,
  });
  expect(recorder.isRecording()).toBe(false);
  expect(recorder.getCallCount()).toMatchObject({ isRecording: 1 });
});

it('counts no calls otherwise', async () => {
  const recorder = await createRecorder({ backend: 'none' });
  simulate(recorder);
  expect(recorder.getCallCount()).toEqual({});
});

it.each([false, true])('refuses queries (calls counted: %s)', async (countCalls) => {
  const recorder = await createRecorder({ backend: 'none', countCalls });
  const error = await rejection('QueryFailed', recorder.executeQuery('SELECT 1'));
  expect(error.message).toMatch(/nothing is recorded/);
  expect(error.fields).toEqual({ sql: 'SELECT 1' });
});
