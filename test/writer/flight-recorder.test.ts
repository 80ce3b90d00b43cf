import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  createRecorder,
  defineTable,
  f64,
  type RecorderConfig,
  ref,
  SimulationFrame,
} from '../../src/index.ts';
import { openRecording } from '../../src/read/index.ts';
import { GATE_BYTES, openAll, open as openGate, WRITES_GO } from '../support/gate.ts';
import type { FlightTask } from './programs/flight-lane.ts';

const State = defineTable('state', { frame_id: ref(SimulationFrame), x: f64() });

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'simtape-flight-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = (config: RecorderConfig) => createRecorder({ directory, overflow: 'drop-oldest', ...config });
const upTo = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

async function column(path: string, table: string, name: string): Promise<unknown[]> {
  using recording = await openRecording(path);
  return Array.from(
    (await recording.table(table).columns({ select: [name] }))[name]!.values as ArrayLike<unknown>,
  );
}

describe.each(['sqlite', 'parquet'])('a flight recorder into %s', (backend) => {
  test('writes the last frames with the reason, and those of the end', async () => {
    const recorder = await open({ backend, keep: { units: 20 } });
    const state = recorder.table(State);
    const fly = (from: number, to: number) => {
      for (let frame = from; frame < to; frame++) {
        recorder.recordFrame(frame);
        state.append({ x: frame });
      }
    };
    fly(0, 500);
    await recorder.flush();
    expect(recorder.metrics().tables.state).toMatchObject({
      submitted: 500,
      written: 0,
      dropped: 480,
      pending: 20,
    });
    expect(await recorder.dump('stall')).toEqual({ reason: 'stall', rows: 40 });
    fly(500, 600);
    expect(recorder.dumpSync('overspeed')).toEqual({ reason: 'overspeed', rows: 40 });
    fly(600, 605);
    await recorder.close();
    expect(recorder.metrics().tables.state).toMatchObject({
      submitted: 605,
      written: 45,
      dropped: 560,
      pending: 0,
    });
    const kept = [...upTo(480, 500), ...upTo(580, 605)];
    expect(await column(recorder.path!, 'state', 'x')).toEqual(kept);
    expect(await column(recorder.path!, 'simulation_frame', 'simulation_time')).toEqual(kept);
    expect(await column(recorder.path!, 'dumps', 'reason')).toEqual(['stall', 'overspeed']);
  });

  test('keeps every episode and the last steps', async () => {
    const recorder = await open({ backend, keep: { units: 30 } });
    for (let episode = 1; episode <= 4; episode++) {
      for (let step = 0; step < 25; step++) recorder.recordStep({ reward: step }, step, episode);
      recorder.recordEpisode({ success: true }, episode);
    }
    await recorder.close();
    const steps = await column(recorder.path!, 'steps', 'step_number');
    expect(steps.slice(-25)).toEqual(upTo(0, 25).map(BigInt));
    expect(steps.length).toBeLessThanOrEqual(30);
    expect(await column(recorder.path!, 'episodes', 'episode_id')).toEqual([1n, 2n, 3n, 4n]);
  });

  test('a dump takes what other threads keep when their units end', async () => {
    const recorder = await open({ backend, keep: { units: 10 } });
    const handle = recorder.attach();
    const go = new SharedArrayBuffer(4);
    const task: FlightTask = { handle, go };
    const worker = new Worker(new URL('./programs/flight-lane.ts', import.meta.url), {
      workerData: task,
      transferList: [handle.port],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    await once(worker, 'message');
    await recorder.dump('look');
    Atomics.store(new Int32Array(go), 0, 1);
    Atomics.notify(new Int32Array(go), 0);
    await once(worker, 'message');
    expect(recorder.metrics().tables.lane_state).toMatchObject({ written: 10, dropped: 90, pending: 1 });
    worker.postMessage('end');
    await once(worker, 'exit');
    await recorder.close();
    expect(await column(recorder.path!, 'lane_state', 'x')).toEqual(upTo(90, 101));
  });
});

test('keeps units of the last seconds', async () => {
  let clock = performance.now();
  const now = vi.spyOn(performance, 'now').mockImplementation(() => clock);
  onTestFinished(() => now.mockRestore());
  const recorder = await open({ keep: { seconds: 0.2 } });
  const state = recorder.table(State);
  for (let frame = 0; frame < 100; frame++) {
    recorder.recordFrame(frame);
    state.append({ x: frame });
    clock += 7;
  }
  await recorder.close();
  // Frame n ends 7 (n + 1) ms after the start, the last at 700.
  expect(recorder.metrics().tables.state).toMatchObject({ submitted: 100, written: 29, dropped: 71 });
  expect(await column(recorder.path!, 'state', 'x')).toEqual(upTo(71, 100));
});

test('under the other policies a dump notes the reason and flushes', async () => {
  await using recorder = await createRecorder({ directory });
  recorder.table(State);
  recorder.recordFrame(1);
  recorder.table(State).append({ x: 1 });
  expect(await recorder.dump('look')).toEqual({ reason: 'look', rows: 0 });
  expect(recorder.metrics().tables.state).toMatchObject({ written: 1, pending: 0 });
  expect(recorder.metrics().tables.dumps).toMatchObject({ written: 1 });
});

describe('what the configuration takes', () => {
  test.each([
    [{ keep: { units: 5 }, overflow: 'block' }, 'keep', /drop-oldest/],
    [{ keep: {} }, 'keep', /units, seconds or both/],
    [{ keep: { units: 0 } }, 'keep.units', /./],
    [{ keep: { seconds: -1 } }, 'keep.seconds', /above 0/],
    [{ keep: { minutes: 1 } }, 'keep.minutes', /./],
    [{ warnAbove: 1.5 }, 'warnAbove', /share above 0, up to 1/],
    [{ warnAbove: 0 }, 'warnAbove', /share above 0, up to 1/],
  ])('%j is refused', async (config, key, why) => {
    const error = await open(config as RecorderConfig).catch((error: unknown) => error);
    expect(error).toMatchObject({ tag: 'InvalidConfig', fields: { key } });
    expect((error as Error).message).toMatch(why);
  });
});

test('buffers that fill beyond the threshold warn once, until they have been half empty', async () => {
  const slow = new URL('../support/programs/slow-backend.ts', import.meta.url);
  const gate = new SharedArrayBuffer(GATE_BYTES);
  const words = new Int32Array(gate);
  await using recorder = await createRecorder({
    backend: slow,
    options: { gate },
    memoryLimitMb: 4,
    warnAbove: 0.5,
  });
  const warnings: string[] = [];
  recorder.on('warning', (message) => warnings.push(message));
  const { append } = recorder.table(State);
  const fill = () => {
    recorder.recordFrame(0);
    while (recorder.metrics().buffer.utilization < 0.7) append({ x: 1 });
    recorder.endFrame();
  };
  fill();
  fill();
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/% full.*overflow policy/);
  openAll(words);
  await recorder.flush();
  recorder.recordFrame(0);
  for (let i = 0; i < 20_000 && recorder.metrics().buffer.utilization < 0.2; i++) append({ x: 1 });
  await recorder.flush();
  Atomics.store(words, WRITES_GO, 0);
  fill();
  openGate(words, WRITES_GO);
  expect(warnings).toHaveLength(2);
});

test('what nobody listens to becomes a warning of the process', async () => {
  const heard: Error[] = [];
  const listen = (warning: Error) => heard.push(warning);
  process.on('warning', listen);
  try {
    const recorder = await createRecorder({ directory });
    const child = defineTable('child', { parent: ref(State) });
    recorder.table(child).append({ parent: 77 });
    await expect(recorder.flush()).rejects.toMatchObject({ tag: 'RowsRejected' });
    await recorder.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard.map(({ message }) => message).join('\n')).toMatch(/1 row was refused/);
  } finally {
    process.off('warning', listen);
  }
});
