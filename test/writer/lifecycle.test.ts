import { describe, expect, it } from 'vitest';
import {
  createRecorder,
  defineTable,
  f64,
  interruptRecorder,
  ref,
  SimulationFrame,
} from '../../src/index.ts';
import { MemoryBackend, rowsOf } from '../support/memory-backend.ts';

const Sample = defineTable('sample', { value: f64() });
const Framed = defineTable('framed', { frame_id: ref(SimulationFrame), value: f64() });

describe('flush', () => {
  it('ends the open frame and makes it one commit', async () => {
    const backend = new MemoryBackend();
    const recorder = await createRecorder({ backend, flushIntervalMs: 60_000 });
    const table = recorder.table(Framed);
    recorder.recordFrame(0.5);
    table.append({ value: 1 });
    table.append({ value: 2 });
    await recorder.flush();
    expect(backend.commits).toMatchObject([
      {
        number: 1,
        open: false,
        tables: [
          { name: 'simulation_frame', rows: [{ id: 1 }] },
          { name: 'framed', rows: [{ id: 1 }, { id: 2 }] },
        ],
      },
    ]);
    expect(() => table.append({ value: 3 })).toThrow(/no frame is open/);
    await recorder.close();
  });

  it('may be called from two places at once, and on an empty recorder', async () => {
    const recorder = await createRecorder({
      backend: new URL('../support/programs/slow-backend.ts', import.meta.url),
    });
    await recorder.flush();
    recorder.table(Sample).append({ value: 1 });
    await Promise.all([recorder.flush(), recorder.flush(), recorder.flush()]);
    expect(recorder.metrics().tables.sample).toMatchObject({ written: 1, pending: 0 });
    recorder.table(Sample).append({ value: 2 });
    const flushing = recorder.flush();
    recorder.flushSync();
    expect(recorder.metrics().tables.sample).toMatchObject({ written: 2, pending: 0 });
    await flushing;
    await recorder.close();
  });

  it('is refused synchronously by an asynchronous backend on the same thread', async () => {
    const backend = new MemoryBackend();
    backend.onWrite = async () => {};
    const recorder = await createRecorder({ backend });
    recorder.table(Sample).append({ value: 1 });
    expect(() => recorder.flushSync()).toThrow(expect.objectContaining({ tag: 'BackendUnavailable' }));
    await recorder.flush();
    expect(backend.allRows()).toHaveLength(1);
    await recorder.close();
  });
});

it('what comes while an asynchronous backend on the same thread is busy is written when it is done', async () => {
  const backend = new MemoryBackend();
  const gate = Promise.withResolvers<void>();
  const again = Promise.withResolvers<void>();
  let writes = 0;
  backend.onWrite = async () => {
    if (++writes === 2) again.resolve();
    await gate.promise;
  };
  // No timer comes to help.
  const recorder = await createRecorder({ backend, maxRecords: 1, flushIntervalMs: 100_000 });
  const { append } = recorder.table(Sample);
  for (let value = 0; value < 200; value++) append({ value });
  expect(writes).toBe(1);
  gate.resolve();
  await again.promise;
  await recorder.close();
  expect(backend.allRows()).toHaveLength(200);
});

describe('close', () => {
  it('writes what is left, and closing again does nothing', async () => {
    const backend = new MemoryBackend();
    const recorder = await createRecorder({ backend });
    recorder.recordFrame(1);
    await Promise.all([recorder.close(), recorder.close()]);
    await recorder.close();
    recorder.closeSync();
    await recorder.flush();
    expect(backend.allRows().map(({ simulation_time }) => simulation_time)).toEqual([1]);
    expect(recorder.metrics().state).toBe('closed');
  });

  it('makes every later call a RecorderClosed error', async () => {
    const recorder = await createRecorder({ backend: new MemoryBackend() });
    const table = recorder.table(Sample);
    table.append({ value: 1 });
    recorder.recordFrame(0);
    await recorder.close();
    const closed = expect.objectContaining({ tag: 'RecorderClosed' });
    expect(() => table.append({ value: 2 })).toThrow(closed);
    expect(() => recorder.recordFrame(1)).toThrow(closed);
    expect(() => recorder.recordStep({ reward: 1 }, 0)).toThrow(closed);
    expect(() => recorder.recordEpisode({}, 1)).toThrow(closed);
    expect(() => recorder.table(Framed)).toThrow(closed);
    expect(() => recorder.flushSync()).toThrow(closed);
    const { sample, simulation_frame: frame } = recorder.metrics().tables;
    expect(sample).toMatchObject({ written: 1 });
    expect(frame).toMatchObject({ written: 1 });
  });

  it('happens at the end of an await using block', async () => {
    const backend = new MemoryBackend();
    {
      await using recorder = await createRecorder({ backend });
      recorder.table(Sample).append({ value: 1 });
    }
    expect(backend.closed).toBe(true);
    expect(backend.allRows()).toHaveLength(1);
  });
});

describe('commits', () => {
  it('come by themselves: an interval after a lone append, with no further call', async () => {
    const backend = new MemoryBackend();
    const recorder = await createRecorder({ backend, flushIntervalMs: 5 });
    const written = new Promise<void>((resolve) => {
      backend.onWrite = () => resolve();
    });
    recorder.table(Sample).append({ value: 1 });
    await written;
    await recorder.close();
  });

  it('come early where maxRecords rows are waiting', async () => {
    const backend = new MemoryBackend();
    const recorder = await createRecorder({ backend, flushIntervalMs: 60_000, maxRecords: 100 });
    const table = recorder.table(Sample);
    for (let i = 0; i < 1000; i++) table.append({ value: i });
    const sizes = backend.commits.map((commit) => rowsOf(commit, 'sample').length);
    expect(sizes.length).toBeGreaterThanOrEqual(9);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(164);
    await recorder.close();
    expect(backend.allRows()).toHaveLength(1000);
  });

  it('take a table that is first used in the middle of a frame', async () => {
    const backend = new MemoryBackend();
    const recorder = await createRecorder({ backend, flushIntervalMs: 60_000 });
    recorder.recordFrame(0);
    recorder.table(Framed).append({ value: 1 });
    recorder.recordFrame(1);
    recorder.table(Sample).append({ value: 2 });
    await recorder.close();
    expect(backend.allRows().map(({ table }) => table)).toEqual([
      'simulation_frame',
      'simulation_frame',
      'framed',
      'sample',
    ]);
  });
});

describe('interruptRecorder', () => {
  it('makes the next recording call throw, after which closing still works', async () => {
    const backend = new MemoryBackend();
    const recorder = await createRecorder({ backend });
    const table = recorder.table(Framed);
    interruptRecorder(recorder.interruptHandle!);
    expect(() => {
      for (;;) {
        recorder.recordFrame(0);
        table.append({ value: 1 });
      }
    }).toThrow(expect.objectContaining({ tag: 'Interrupted' }));
    await recorder.close();
    expect(backend.allRows().length).toBeGreaterThan(0);
  });
});
