import { isSimtapeError } from '../../errors.ts';
import { defineTable, f64, type Recorder, utf8 } from '../../index.ts';
import { expectEqual, expectRows, expectThat } from './expect.ts';
import { record, recorderFor } from './record.ts';
import type { TestedBackend, TestRunner } from './subject.ts';
import { Body, State } from './tables.ts';

/** How runs begin and end. */
export function runTests(tested: TestedBackend, { test }: TestRunner): void {
  test('a run without rows can be closed and read', async () => {
    const path = tested.freshPath();
    await record(tested, { path }, (recorder) => {
      recorder.table(Body);
    });
    expectRows((await tested.read(path, 'run')).body, [], 'body');
  });

  const { endOf } = tested;
  if (endOf !== undefined) {
    test('close ends the run at the time that it is given, or leaves it open', async () => {
      const before = Date.now() / 1000;
      const path = tested.freshPath();
      await record(tested, { path }, simulate);
      const end = await endOf(path, 'run');
      expectThat(
        end !== null && end >= before - 1 && end <= Date.now() / 1000 + 1,
        `the run ended at ${end}, not between ${before} and now`,
      );
      const other = tested.freshPath();
      await record(tested, { path: other, strategy: 'no end' }, simulate);
      expectEqual(await endOf(other, 'run'), null, 'the end of a run that lost rows');
    });
  }

  if (tested.can.reopen) reopenTests(tested, test);
  else refusalTest(tested, test);
}

function refusalTest(tested: TestedBackend, test: TestRunner['test']): void {
  test('a place that holds a run is refused, and left as it is', async () => {
    const path = tested.freshPath();
    await record(tested, { path, runId: 'one' }, simulate);
    const before = await tested.read(path, 'one');
    const opened = await recorderFor(tested, { path, runId: 'two' }).then(
      (recorder) => recorder.close().then(() => true),
      () => false,
    );
    expectThat(!opened, 'another run was opened where there is one');
    const after = await tested.read(path, 'one');
    for (const [table, rows] of Object.entries(before)) expectRows(after[table], rows, table);
  });
}

function reopenTests(tested: TestedBackend, test: TestRunner['test']): void {
  test('another run is stored beside the first, with ids of its own', async () => {
    const path = tested.freshPath();
    await record(tested, { path, runId: 'one' }, simulate);
    await record(tested, { path, runId: 'two' }, (recorder) => {
      simulate(recorder);
      recorder.table(defineTable('later', { v: f64() })).append({ v: 1 });
    });
    const [one, two] = [await tested.read(path, 'one'), await tested.read(path, 'two')];
    for (const table of ['body', 'simulation_frame', 'state']) {
      expectEqual(two[table]?.length, one[table]?.length, `the number of rows of ${table} in the second run`);
    }
    const ids = [...(one.state ?? []), ...(two.state ?? [])].map(({ id }) => id);
    expectEqual(new Set(ids).size, ids.length, 'the number of different ids of state');
    for (const { state, body, simulation_frame } of [one, two]) {
      for (const { frame_id, body_id } of state ?? []) {
        expectThat(
          simulation_frame!.some(({ id }) => id === frame_id),
          `frame_id ${frame_id} is of no frame of its run`,
        );
        expectThat(
          body!.some(({ id }) => id === body_id),
          `body_id ${body_id} is of no body of its run`,
        );
      }
    }
    expectRows(two.later, [{ v: 1 }], 'later');
    expectRows(one.later, [], 'later, of the first run');
  });

  test('a table of the same name with other types is refused', async () => {
    const path = tested.freshPath();
    await record(tested, { path, runId: 'one' }, simulate);
    const recorder = await recorderFor(tested, { path, runId: 'two' });
    let refusal: unknown = null;
    try {
      recorder.table(defineTable('state', { x: utf8() }));
    } catch (error) {
      refusal = error;
    }
    await recorder.close();
    expectThat(isSimtapeError(refusal, 'SchemaMismatch'), `createTable gives ${refusal}, not SchemaMismatch`);
  });
}

/** Two frames, with a row each. */
function simulate(recorder: Recorder): void {
  const body_id = recorder.table(Body).append({ name: 'ball' });
  for (const x of [1, 2]) {
    recorder.recordFrame(x / 10);
    recorder.table(State).append({ body_id, x, data: null });
  }
}
