import { describe, expect, it } from 'vitest';
import {
  createRecorder,
  defineTable,
  f64,
  isSimtapeError,
  type Recorder,
  ref,
  SimulationFrame,
} from '../../src/index.ts';

const SLOW = new URL('./programs/slow-backend.ts', import.meta.url);
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

describe('with a writer that is much slower than the simulation', () => {
  const limit = { backend: SLOW, memoryLimitMb: 1, options: { pauseMs: 30 } };
  const FRAMES = 5000;

  it('block waits, stays within the memory and loses nothing', async () => {
    const recorder = await createRecorder({ ...limit, overflow: 'block' });
    produce(recorder, FRAMES);
    expectToAddUp(recorder);
    expect(recorder.metrics().stallMs).toBeGreaterThan(0);
    await recorder.flush();
    const { tables, buffer } = recorder.metrics();
    expect(tables.sample).toMatchObject({
      submitted: FRAMES * 20,
      written: FRAMES * 20,
      dropped: 0,
      pending: 0,
    });
    expect(buffer.bytesAllocated).toBeLessThanOrEqual(buffer.bytesLimit);
    await recorder.close();
  });

  it('drop-newest never waits and drops whole frames', async () => {
    const recorder = await createRecorder({ ...limit, overflow: 'drop-newest' });
    produce(recorder, FRAMES);
    expectToAddUp(recorder);
    expect(recorder.metrics().stallMs).toBe(0);
    await recorder.flush();
    const { sample, simulation_frame: frame } = recorder.metrics().tables;
    expect(sample!.dropped).toBeGreaterThan(0);
    expect(sample!.written).toBe(20 * frame!.written);
    expect(sample!.submitted).toBe(FRAMES * 20);
    expectToAddUp(recorder);
    await recorder.close();
  });

  it('error throws BufferFull for each row that finds no room', async () => {
    const recorder = await createRecorder({ ...limit, overflow: 'error' });
    // Frames are rows too: the frame that finds no room throws, so single rows are recorded here.
    const table = recorder.table(defineTable('single', { a: f64(), b: f64(), c: f64(), d: f64() }));
    let refused = 0;
    for (let row = 0; row < 200_000; row++) {
      try {
        table.append({ a: row, b: row, c: row, d: row });
      } catch (error) {
        expect(isSimtapeError(error, 'BufferFull')).toBe(true);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(0);
    await recorder.flush();
    const { single } = recorder.metrics().tables;
    expect(single).toMatchObject({ submitted: 200_000, rejected: refused, written: 200_000 - refused });
    await recorder.close();
  });

  it('block throws Backpressure after its time, and the rows that were taken are written all the same', async () => {
    const recorder = await createRecorder({ ...limit, maxWaitMs: 20, options: { pauseMs: 600 } });
    let error: unknown;
    try {
      produce(recorder, FRAMES);
    } catch (thrown) {
      error = thrown;
    }
    expect(isSimtapeError(error, 'Backpressure')).toBe(true);
    expectToAddUp(recorder);
    await recorder.flush();
    const { sample } = recorder.metrics().tables;
    expect(sample!.rejected).toBe(1);
    expect(sample!.written).toBe(sample!.submitted - 1);
    await recorder.close();
  });
});
