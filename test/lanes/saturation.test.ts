import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { createRecorder, type RecorderConfig, type TableMetrics } from '../../src/index.ts';
import { addsUp } from '../support/fake-writer.ts';
import { GATE_BYTES, nextLook, open, openAll, until, WRITES_GO } from '../support/gate.ts';
import type { ProducerData } from './programs/producer.ts';
import { Agent } from './tables.ts';

const SLOW = new URL('../support/programs/slow-backend.ts', import.meta.url);
const PRODUCER = new URL('./programs/producer.ts', import.meta.url);
const LANES = 6;
const FRAMES = 800;
const ROWS = LANES * FRAMES * 20;

/**
 * Lanes that produce far more than the backend takes; looks at the memory all the time. The backend is held up until
 * the memory is as good as full and `isFelt` sees what the policy does then.
 */
async function saturate(
  overflow: NonNullable<RecorderConfig['overflow']>,
  isFelt: (state: Readonly<TableMetrics>) => boolean = () => true,
): Promise<Readonly<TableMetrics>> {
  const gate = new SharedArrayBuffer(GATE_BYTES);
  const words = new Int32Array(gate);
  openAll(words);
  const recorder = await createRecorder({
    backend: SLOW,
    // The segments that tables cannot do without, two for each of three tables in each lane, are within it.
    memoryLimitMb: 4,
    maxWaitMs: 60_000,
    overflow,
    options: { gate, pauseMs: 10 },
  });
  recorder.on('error', (error) => expect.fail(error.message));
  recorder.on('warning', () => {});
  const agents = recorder.table(Agent);
  const ready = new SharedArrayBuffer(4);
  const exits = Array.from({ length: LANES }, (_, lane) => {
    const handle = recorder.attach();
    const agent = agents.append({ lane });
    const workerData: ProducerData = { handle, agent, frames: FRAMES, ready, start: LANES + 1 };
    const worker = new Worker(PRODUCER, { workerData, transferList: [handle.port] });
    return new Promise<number>((resolve, reject) => worker.once('error', reject).once('exit', resolve));
  });
  // A lane opens its tables between two writes, so the writer is held up once all have theirs.
  const opened = new Int32Array(ready);
  await until(() => opened[0] === LANES);
  words[WRITES_GO] = 0;
  Atomics.add(opened, 0, 1);
  Atomics.notify(opened, 0);
  let running = true;
  let wasFull = false;
  const all = Promise.all(exits).finally(() => {
    running = false;
  });
  while (running) {
    const { buffer, tables } = recorder.metrics();
    const isFull = buffer.bytesAllocated > buffer.bytesLimit * 0.6;
    if (isFull && tables.state !== undefined && isFelt(tables.state)) {
      wasFull = true;
      open(words, WRITES_GO);
    }
    if (buffer.bytesAllocated > buffer.bytesLimit)
      expect.fail(`${buffer.bytesAllocated} of ${buffer.bytesLimit} bytes`);
    for (const metrics of Object.values(tables)) expect(addsUp(metrics)).toBe(true);
    await nextLook();
  }
  expect(await all).toEqual(Array(LANES).fill(0));
  expect(wasFull).toBe(true);
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
  const { submitted, written } = await saturate('drop-newest', ({ dropped }) => dropped > 0);
  expect(submitted).toBe(ROWS);
  expect(written).toBeGreaterThan(0);
});

it('error stays within the memory and refuses what finds no room', async () => {
  const { submitted, written, rejected } = await saturate('error', ({ rejected }) => rejected > 0);
  expect(submitted).toBe(ROWS);
  expect(written).toBe(ROWS - rejected);
});

it('drop-oldest stays within the memory, drops whole frames and never waits', async () => {
  const { submitted, written, dropped } = await saturate('drop-oldest', ({ dropped }) => dropped > 0);
  expect(submitted).toBe(ROWS);
  expect(written).toBe(ROWS - dropped);
  expect(written).toBeGreaterThan(0);
});
