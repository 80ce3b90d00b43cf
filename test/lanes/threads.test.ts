import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { createRecorder, type Recorder } from '../../src/index.ts';
import { addsUp } from '../support/fake-writer.ts';
import { CLOSE_GOES, GATE_BYTES, open, openAll, until, WRITES_BEGUN, WRITES_GO } from '../support/gate.ts';
import type { EnderData, Ending } from './programs/ender.ts';
import { Agent, State } from './tables.ts';

const BACKEND = new URL('../support/programs/slow-backend.ts', import.meta.url);
const ENDER = new URL('./programs/ender.ts', import.meta.url);
const WHOLE = { agent: 1, simulation_frame: 2, state: 6 };

async function start(memoryLimitMb = 8) {
  const gate = new SharedArrayBuffer(GATE_BYTES);
  const words = new Int32Array(gate);
  const recorder = await createRecorder({
    backend: BACKEND,
    memoryLimitMb,
    maxWaitMs: 50_000,
    options: { gate },
  });
  const warnings: string[] = [];
  recorder.on('warning', (message) => warnings.push(message));
  return { recorder, gate, words, warnings };
}

function spawn(recorder: Recorder, ending: Ending, gate: SharedArrayBuffer): Worker {
  const handle = recorder.attach();
  const workerData: EnderData = { handle, ending, gate };
  return new Worker(ENDER, { workerData, transferList: [handle.port], stderr: true });
}

/** Rows of each table that are written; everything that was given is accounted for. */
function written(recorder: Recorder): Record<string, number> {
  const { tables } = recorder.metrics();
  for (const metrics of Object.values(tables)) expect(addsUp(metrics)).toBe(true);
  return Object.fromEntries(Object.entries(tables).map(([name, { written }]) => [name, written]));
}

describe('a thread that ends', () => {
  it.each([
    ['after it closed its lane', 'close', 0],
    ['by itself', 'nothing', 0],
    ['by an exception', 'throw', 1],
    ['by process.exit', 'exit', 7],
  ] as const)('%s has recorded all that it gave', async (_, ending, code) => {
    const { recorder, gate, words, warnings } = await start();
    openAll(words);
    const worker = spawn(recorder, ending, gate);
    worker.on('error', () => {});
    expect(await new Promise((resolve) => worker.once('exit', resolve))).toBe(code);
    await until(() => recorder.metrics().lanes === 0);
    expect(written(recorder)).toEqual(WHOLE);
    expect(warnings).toEqual([]);
    await recorder.close();
  });

  it('in the middle of a frame loses that frame alone, with a warning', async () => {
    const { recorder, gate, words, warnings } = await start();
    openAll(words);
    const worker = spawn(recorder, 'mid-frame', gate);
    await once(worker, 'message');
    await worker.terminate();
    await until(() => recorder.metrics().lanes === 0);
    expect(written(recorder)).toEqual(WHOLE);
    expect(warnings).toEqual([expect.stringContaining('middle of a frame')]);
    await recorder.close();
  });

  it('while it waits for room frees its memory, and loses its open frame alone', async () => {
    const { recorder, gate, words } = await start(2);
    open(words, CLOSE_GOES);
    const worker = spawn(recorder, 'full', gate);
    const limit = recorder.metrics().buffer.bytesLimit;
    await until(() => recorder.metrics().buffer.bytesInUse > limit - 2 ** 20 && words[WRITES_BEGUN]! > 0);
    await worker.terminate();
    open(words, WRITES_GO);
    await until(() => recorder.metrics().lanes === 0);
    expect(written(recorder)).toEqual(WHOLE);
    expect(recorder.metrics().buffer).toMatchObject({ bytesAllocated: 0, bytesInUse: 0 });
    recorder.table(Agent).append({ lane: 0 });
    await recorder.close();
    expect(written(recorder).agent).toBe(2);
  });

  it('in a unit larger than the memory, of which a part is written, takes that back', async () => {
    const { recorder, gate, words, warnings } = await start(2);
    openAll(words);
    const worker = spawn(recorder, 'full', gate);
    await until(() => words[WRITES_BEGUN]! > 20);
    // It goes on for ever: what it has given by now is more than the memory holds.
    await worker.terminate();
    await until(() => recorder.metrics().lanes === 0);
    expect(written(recorder)).toEqual(WHOLE);
    expect(recorder.metrics().tables.state!.failed).toBeGreaterThan(0);
    expect(recorder.metrics().tables.state!.pending).toBe(0);
    expect(warnings).toEqual([expect.stringContaining('rows of it that had been given')]);
    await recorder.close();
  });
});

describe('the recorder is closed first', () => {
  it('a lane that nobody joined holds nothing up', async () => {
    const { recorder, words } = await start();
    openAll(words);
    recorder.attach();
    const handle = recorder.attach();
    const worker = new Worker('setInterval(() => {}, 1000)', {
      eval: true,
      workerData: handle,
      transferList: [handle.port],
    });
    recorder.table(Agent).append({ lane: 0 });
    await recorder.flush();
    expect(recorder.metrics().lanes).toBe(2);
    await recorder.close();
    expect(recorder.metrics().lanes).toBe(0);
    await worker.terminate();
  });

  it('a lane that has nothing to say closes without an error', async () => {
    const { recorder, gate, words } = await start();
    openAll(words);
    const worker = spawn(recorder, 'idle', gate);
    await once(worker, 'message');
    await recorder.close();
    expect(written(recorder)).toEqual(WHOLE);
    const [closed, exit] = [once(worker, 'message'), once(worker, 'exit')];
    worker.postMessage('close');
    expect([await closed, await exit]).toEqual([['closed'], [0]]);
  });

  it('a lane that goes on is told with its next frame', async () => {
    const { recorder, gate, words } = await start();
    openAll(words);
    const worker = spawn(recorder, 'goes-on', gate);
    await once(worker, 'message');
    const told = once(worker, 'message');
    await recorder.close();
    expect(await told).toEqual(['RecorderClosed']);
    const { state, simulation_frame: frames } = written(recorder);
    expect(state).toBe(3 * frames!);
    await worker.terminate();
  });

  it('a lane that flushes while the file is being closed hears that it is', async () => {
    const { recorder, gate, words } = await start();
    open(words, WRITES_GO);
    const worker = spawn(recorder, 'flush-late', gate);
    const messages: unknown[] = [];
    worker.on('message', (message) => messages.push(message));
    await until(() => messages.includes('ready'));
    const exit = once(worker, 'exit');
    const closing = recorder.close();
    await until(() => messages.includes('asked'));
    open(words, CLOSE_GOES);
    await closing;
    await exit;
    expect(messages).toEqual(['ready', 'asked', 'RecorderClosed']);
  });
});

it('a lane that is closed is gone, though its thread lives on and never comes back to its event loop', async () => {
  const { recorder, gate, words } = await start();
  openAll(words);
  const worker = spawn(recorder, 'blocked', gate);
  await until(() => recorder.metrics().tables.state?.written === 6 && recorder.metrics().lanes === 0);
  expect(recorder.metrics().buffer.bytesAllocated).toBe(0);
  await worker.terminate();
  await recorder.close();
});

it('rows of the main thread and of a thread that has ended are counted together', async () => {
  const { recorder, gate, words } = await start();
  openAll(words);
  const states = recorder.table(State);
  const agent = recorder.table(Agent).append({ lane: 0 });
  recorder.recordFrame(0);
  states.append({ agent_id: agent, n: 0, size: 1, state: new Array(16).fill(0) });
  await once(spawn(recorder, 'close', gate), 'exit');
  await recorder.close();
  expect(written(recorder)).toEqual({ agent: 2, simulation_frame: 3, state: 7 });
});
