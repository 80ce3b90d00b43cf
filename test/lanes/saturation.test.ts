import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { createRecorder, type RecorderConfig, type TableMetrics } from '../../src/index.ts';
import { addsUp } from '../support/fake-writer.ts';
import type { ProducerData } from './programs/producer.ts';
import { Agent } from './tables.ts';

const SLOW = new URL('../writer/programs/slow-backend.ts', import.meta.url);
const PRODUCER = new URL('./programs/producer.ts', import.meta.url);
const LANES = 10;
const FRAMES = 1500;
const ROWS = LANES * FRAMES * 20;

/** Ten lanes that produce far more than the backend takes; looks at the memory all the time. */
async function saturate(overflow: NonNullable<RecorderConfig['overflow']>): Promise<Readonly<TableMetrics>> {
  const recorder = await createRecorder({
    backend: SLOW,
    // The segments that tables cannot do without, two for each of three tables in each lane, are within it.
    memoryLimitMb: 6,
    maxWaitMs: 60_000,
    overflow,
    options: { pauseMs: 40 },
  });
  recorder.on('error', (error) => expect.fail(error.message));
  recorder.on('warning', () => {});
  const agents = recorder.table(Agent);
  const ready = new SharedArrayBuffer(4);
  const exits = Array.from({ length: LANES }, (_, lane) => {
    const handle = recorder.attach();
    const agent = agents.append({ lane });
    const workerData: ProducerData = { handle, agent, frames: FRAMES, ready, lanes: LANES };
    const worker = new Worker(PRODUCER, { workerData, transferList: [handle.port] });
    return new Promise<number>((resolve, reject) => worker.once('error', reject).once('exit', resolve));
  });
  let running = true;
  let fullest = 0;
  const all = Promise.all(exits).finally(() => {
    running = false;
  });
  while (running) {
    const { buffer, tables } = recorder.metrics();
    fullest = Math.max(fullest, buffer.bytesAllocated);
    if (buffer.bytesAllocated > buffer.bytesLimit)
      expect.fail(`${buffer.bytesAllocated} of ${buffer.bytesLimit} bytes`);
    for (const metrics of Object.values(tables)) expect(addsUp(metrics)).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await all).toEqual(Array(LANES).fill(0));
  expect(fullest).toBeGreaterThan(recorder.metrics().buffer.bytesLimit * 0.6);
  await recorder.close();
  const { state, agent, simulation_frame: frames } = recorder.metrics().tables;
  expect(agent).toMatchObject({ submitted: LANES, written: LANES });
  expect(addsUp(frames!) && addsUp(state!)).toBe(true);
  expect(state).toMatchObject({ pending: 0, failed: 0 });
  if (overflow !== 'error') expect(state!.written).toBe(20 * frames!.written);
  return state!;
}

it('block stays within the memory and loses nothing', async () => {
  expect(await saturate('block')).toMatchObject({ submitted: ROWS, written: ROWS, dropped: 0, rejected: 0 });
});

it('drop-newest stays within the memory and drops whole frames', async () => {
  const { submitted, written, dropped } = await saturate('drop-newest');
  expect(submitted).toBe(ROWS);
  expect(dropped).toBeGreaterThan(0);
  expect(written).toBeGreaterThan(0);
});

it('error stays within the memory and refuses what finds no room', async () => {
  const { submitted, written, rejected } = await saturate('error');
  expect(submitted).toBe(ROWS);
  expect(rejected).toBeGreaterThan(0);
  expect(written).toBe(ROWS - rejected);
});

it('drop-oldest stays within the memory, drops whole frames and never waits', async () => {
  const { submitted, written, dropped } = await saturate('drop-oldest');
  expect(submitted).toBe(ROWS);
  expect(dropped).toBeGreaterThan(0);
  expect(written).toBe(ROWS - dropped);
  expect(written).toBeGreaterThan(0);
});
