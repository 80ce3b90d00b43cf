import { isSimtapeError } from '../../errors.ts';
import type { Recorder } from '../../index.ts';
import { expectEqual, expectRows, expectThat } from './expect.ts';
import { record, recorderFor } from './record.ts';
import type { Strategy } from './relay.ts';
import type { Rows, TestedBackend, TestRunner } from './subject.ts';
import { Body, State } from './tables.ts';

const BODIES = 3;
const FRAMES = 20;
/** Rows that fill several segments, so that a commit has several slices. */
const MANY = 20_000;

/** How commits are stored: whole, in order, once. */
export function commitTests(tested: TestedBackend, { test }: TestRunner): void {
  test('rows come in the order of their ids, over slices and commits', async () => {
    const path = tested.freshPath();
    await record(tested, { path }, async (recorder) => {
      const body_id = recorder.table(Body).append({ name: 'ball' });
      for (let i = 0; i < MANY; i++) {
        if (i % 100 === 0) recorder.recordFrame(i / 100);
        recorder.table(State).append({ body_id, x: i, data: i });
        if (i % (MANY / 4) === MANY / 4 - 1) await recorder.flush();
      }
    });
    const { state } = await tested.read(path, 'run');
    const wanted = Array.from({ length: MANY }, (_, i) => ({
      id: i + 1,
      frame_id: Math.floor(i / 100) + 1,
      x: i,
      data: i,
    }));
    expectRows(state, wanted, 'state');
  });

  test('rows of a key are completed, and null leaves what is there', async () => {
    const path = tested.freshPath();
    await record(tested, { path }, async (recorder) => {
      recorder.recordStep({ reward: 1, timestamp: 10 }, 0, 2);
      recorder.recordStep({ reward: 1, timestamp: 11 }, 0, 1);
      await recorder.flush();
      recorder.recordEpisode({ success: true, best: 2.5 }, 1);
      recorder.recordEpisode({ termination_reason: 'time', score: 7 }, 2);
      await recorder.flush();
      recorder.recordEpisode({ success: false, distance: 1.5 }, 1);
    });
    const { episodes } = await tested.read(path, 'run');
    const wanted: Rows = [
      { episode_id: 1n, start_timestamp: 11, best: 2.5, success: false, distance: 1.5, score: null },
      {
        episode_id: 2n,
        start_timestamp: 10,
        success: null,
        termination_reason: 'time',
        score: 7,
        distance: null,
      },
    ];
    const sorted = episodes?.toSorted((a, b) => Number(a.episode_id) - Number(b.episode_id));
    expectRows(sorted, wanted, 'episodes');
  });

  storesAll(tested, test, 'a commit in two parts is stored as one', 'parts');
  storesAll(
    tested,
    test,
    'a write that failed has stored nothing, and is stored whole when tried again',
    'fail',
  );
  if (tested.can.abandon) {
    storesAll(tested, test, 'parts that were taken back are gone, and their rows may come again', 'abandon');
  }
  if (tested.can.live) liveTests(tested, test);
  referenceTests(tested, test);
}

/** Several commits, whichever way they reach the backend, leave the same rows. */
function storesAll(tested: TestedBackend, test: TestRunner['test'], name: string, strategy: Strategy): void {
  test(name, async () => {
    const path = tested.freshPath();
    await record(tested, { path, strategy }, async (recorder) => {
      simulate(recorder, 0, FRAMES);
      await recorder.flush();
      simulate(recorder, FRAMES, 2 * FRAMES);
    });
    await expectSimulated(tested, path, 2 * FRAMES);
  });
}

function liveTests(tested: TestedBackend, test: TestRunner['test']): void {
  test('what was committed can be read while the recording goes on', async () => {
    const path = tested.freshPath();
    await record(tested, { path }, async (recorder) => {
      simulate(recorder, 0, FRAMES);
      await recorder.flush();
      await expectSimulated(tested, path, FRAMES);
      simulate(recorder, FRAMES, 2 * FRAMES);
    });
    await expectSimulated(tested, path, 2 * FRAMES);
  });

  test('nothing of a commit is seen before its last part', async () => {
    const path = tested.freshPath();
    await record(tested, { path, strategy: 'hold' }, async (recorder) => {
      // One frame, so that it is one commit.
      recorder.recordFrame(0);
      const body_id = recorder.table(Body).append({ name: 'ball' });
      for (let x = 0; x < FRAMES; x++) recorder.table(State).append({ body_id, x, data: x });
      await recorder.flush();
      const found = Object.entries(await tested.read(path, 'run'));
      const seen = found
        .filter(([, { length }]) => length > 0)
        .map(([table, { length }]) => `${length} of ${table}`);
      expectThat(seen.length === 0, `rows of a commit that goes on can be seen: ${seen.join(', ')}`);
    });
    const { state, simulation_frame } = await tested.read(path, 'run');
    expectRows(simulation_frame, [{ id: 1, simulation_time: 0 }], 'simulation_frame');
    expectRows(
      state,
      Array.from({ length: FRAMES }, (_, x) => ({ id: x + 1, frame_id: 1, body_id: 1, x, data: x })),
      'state',
    );
  });
}

function referenceTests(tested: TestedBackend, test: TestRunner['test']): void {
  const { references } = tested.can;
  const name = references
    ? 'rows whose reference leads nowhere are refused, counted and told; the others are stored'
    : 'a row whose reference leads nowhere is stored as it is';
  test(name, async () => {
    const path = tested.freshPath();
    const recorder = await recorderFor(tested, { path });
    simulate(recorder, 0, 1);
    recorder.table(State).append({ frame_id: 1, body_id: 99, x: -1, data: null });
    recorder.endFrame();
    const flushed = await recorder.flush().then(
      () => null,
      (error: unknown) => error,
    );
    const counts = recorder.metrics().tables.state!;
    await recorder.close();
    const { state } = await tested.read(path, 'run');
    const kept = references ? BODIES : BODIES + 1;
    expectEqual(state?.length, kept, 'the number of rows');
    expectEqual(counts.written, kept, 'the count of written rows');
    if (!references) return expectEqual(flushed, null, 'what flush rejects with');
    expectThat(isSimtapeError(flushed, 'RowsRejected'), `flush gives ${flushed}, not RowsRejected`);
    expectEqual(flushed.fields.rejected, 1, 'the count of refused rows');
    expectEqual(flushed.fields.rows[0]?.row.body_id, 99, 'body_id of the row that was refused');
  });
}

/** Frames `from` to `to`, with a row for each body, and a step. */
function simulate(recorder: Recorder, from: number, to: number): void {
  const bodies = Array.from({ length: BODIES }, (_, i) => i + 1);
  if (from === 0) for (const body of bodies) recorder.table(Body).append({ name: `body ${body}` });
  for (let frame = from; frame < to; frame++) {
    recorder.recordFrame(frame / 10);
    for (const body_id of bodies)
      recorder.table(State).append({ body_id, x: frame + body_id / 8, data: { frame } });
    recorder.recordStep({ reward: frame, action: { frame } }, frame, 1);
  }
}

async function expectSimulated(tested: TestedBackend, path: string, frames: number): Promise<void> {
  const { body, simulation_frame, state, steps } = await tested.read(path, 'run');
  const each = Array.from({ length: frames }, (_, frame) => frame);
  const bodies = Array.from({ length: BODIES }, (_, i) => i + 1);
  expectRows(
    body,
    bodies.map((id) => ({ id, name: `body ${id}` })),
    'body',
  );
  // The frame that is open when it is flushed ends there.
  expectRows(
    simulation_frame,
    each.map((frame) => ({ id: frame + 1, simulation_time: frame / 10 })),
    'simulation_frame',
  );
  const states = each.flatMap((frame) =>
    bodies.map((body_id) => ({
      id: frame * BODIES + body_id,
      frame_id: frame + 1,
      body_id,
      x: frame + body_id / 8,
      data: { frame },
    })),
  );
  expectRows(state, states, 'state');
  expectRows(
    steps,
    each.map((frame) => ({
      step_id: frame + 1,
      step_number: BigInt(frame),
      reward: frame,
      action_data: { frame },
    })),
    'steps',
  );
}
