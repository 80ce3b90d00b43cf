import { describe, expect, it } from 'vitest';
import {
  createRecorder,
  defineTable,
  f64,
  isSimtapeError,
  type Recorder,
  type RecorderConfig,
  ref,
  SimulationFrame,
} from '../../src/index.ts';
import { refusal } from '../support/errors.ts';
import { GATE_BYTES, openAll } from '../support/gate.ts';

const SLOW = new URL('../support/programs/slow-backend.ts', import.meta.url);
const Sample = defineTable('sample', {
  frame_id: ref(SimulationFrame),
  a: f64(),
  b: f64(),
  c: f64(),
  d: f64(),
});

/** Records frames of 20 rows as fast as it can. */
function produce(recorder: Recorder, frames: number): number {
  const table = recorder.table(Sample);
  let refused = 0;
  for (let frame = 0; frame < frames; frame++) {
    recorder.recordFrame(frame);
    for (let row = 0; row < 20; row++) {
      try {
        table.append({ a: row, b: row, c: row, d: row });
      } catch (error) {
        if (!isSimtapeError(error, 'BufferFull')) throw error;
        refused++;
      }
    }
  }
  recorder.endFrame();
  return refused;
}

function expectToAddUp(recorder: Recorder): void {
  for (const table of Object.values(recorder.metrics().tables)) {
    const { submitted, written, dropped, rejected, failed, pending } = table;
    expect(written + dropped + rejected + failed + pending).toBe(submitted);
    expect(Math.min(written, dropped, rejected, failed, pending)).toBeGreaterThanOrEqual(0);
  }
}

/** A recorder whose writer waits in its first write until the gate is opened. */
async function held(config: RecorderConfig) {
  const gate = new SharedArrayBuffer(GATE_BYTES);
  const words = new Int32Array(gate);
  const recorder = await createRecorder({ backend: SLOW, memoryLimitMb: 1, options: { gate }, ...config });
  return { recorder, goOn: () => openAll(words) };
}

describe('with a writer that is slower than the simulation', () => {
  /** Five times what the memory holds. */
  const FRAMES = 5000;

  it('block waits, stays within the memory and loses nothing', async () => {
    const recorder = await createRecorder({
      backend: SLOW,
      memoryLimitMb: 1,
      maxWaitMs: 50_000,
      options: { pauseMs: 100 },
    });
    let frames = 0;
    // Until it has waited; on any machine it fills the memory in less than a pause of the writer.
    while (recorder.metrics().stallMs === 0 || frames < FRAMES) {
      produce(recorder, 100);
      frames += 100;
      expectToAddUp(recorder);
      const { bytesAllocated, bytesLimit } = recorder.metrics().buffer;
      expect(bytesAllocated).toBeLessThanOrEqual(bytesLimit);
    }
    await recorder.flush();
    expect(recorder.metrics().tables.sample).toMatchObject({
      submitted: frames * 20,
      written: frames * 20,
      dropped: 0,
      pending: 0,
    });
    await recorder.close();
  });

  it('drop-newest never waits and drops whole frames', async () => {
    const { recorder, goOn } = await held({ overflow: 'drop-newest' });
    produce(recorder, FRAMES);
    const { dropped } = recorder.metrics().tables.sample!;
    expect(dropped).toBeGreaterThan(0);
    expectToAddUp(recorder);
    goOn();
    produce(recorder, FRAMES);
    expect(recorder.metrics().stallMs).toBe(0);
    await recorder.flush();
    const { sample, simulation_frame: frame } = recorder.metrics().tables;
    expect(sample!.dropped).toBeGreaterThanOrEqual(dropped);
    expect(sample!.written).toBe(20 * frame!.written);
    expect(sample!.submitted).toBe(2 * FRAMES * 20);
    expectToAddUp(recorder);
    await recorder.close();
  });

  it('error throws BufferFull for each row that finds no room', async () => {
    const { recorder, goOn } = await held({ overflow: 'error' });
    // Frames are rows too: the frame that finds no room throws, so single rows are recorded here.
    const table = recorder.table(defineTable('single', { a: f64(), b: f64(), c: f64(), d: f64() }));
    const ROWS = 80_000;
    let refused = 0;
    for (let row = 0; row < ROWS; row++) {
      try {
        table.append({ a: row, b: row, c: row, d: row });
      } catch (error) {
        expect(isSimtapeError(error, 'BufferFull')).toBe(true);
        if (++refused === 100) goOn();
      }
    }
    expect(refused).toBeGreaterThanOrEqual(100);
    await recorder.flush();
    const { single } = recorder.metrics().tables;
    expect(single).toMatchObject({ submitted: ROWS, rejected: refused, written: ROWS - refused });
    await recorder.close();
  });

  it('block throws Backpressure after its time, and the rows that were taken are written all the same', async () => {
    const { recorder, goOn } = await held({ maxWaitMs: 20 });
    const error = refusal('Backpressure', () => produce(recorder, FRAMES));
    expect(error.fields.waitedMs).toBeGreaterThanOrEqual(20);
    expectToAddUp(recorder);
    goOn();
    await recorder.flush();
    const { sample } = recorder.metrics().tables;
    expect(sample!.rejected).toBe(1);
    expect(sample!.written).toBe(sample!.submitted - 1);
    await recorder.close();
  });
});
