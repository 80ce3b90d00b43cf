import { describe, expect, it } from 'vitest';
import { createRecorder, defineTable, f64, type StorageBackend } from '../../src/index.ts';
import { MemoryBackend } from '../support/memory-backend.ts';

const Sample = defineTable('sample', { value: f64() });
const SLOW = new URL('../support/programs/slow-backend.ts', import.meta.url);
const failed = expect.objectContaining({ tag: 'WriteFailed' });

describe('flushes at once, of which the writer fails the rows', () => {
  it('all reject, and so does close', async () => {
    const recorder = await createRecorder({ backend: SLOW, options: { pauseMs: 0, failAt: 1 } });
    recorder.on('error', () => {});
    const table = recorder.table(Sample);
    table.append({ value: 1 });
    const first = recorder.flush();
    table.append({ value: 2 });
    const second = recorder.flush();
    expect(await Promise.allSettled([first, second])).toEqual([
      { status: 'rejected', reason: failed },
      { status: 'rejected', reason: failed },
    ]);
    expect(() => recorder.flushSync()).toThrow(failed);
    await expect(recorder.close()).rejects.toEqual(failed);
  });
});

describe('close while another close is under way', () => {
  it.each([
    ['on a thread', { backend: SLOW, options: { pauseMs: 20 } }],
    ["on the caller's thread", { backend: 'sqlite', path: '', thread: false }],
  ])('%s closes once, and both are done', async (_, config) => {
    const backend = new MemoryBackend();
    let closes = 0;
    backend.close = () => {
      closes++;
    };
    const recorder = await createRecorder('path' in config ? { backend } : config);
    recorder.table(Sample).append({ value: 1 });
    const closing = recorder.close();
    recorder.closeSync();
    await closing;
    expect(recorder.metrics().tables.sample).toMatchObject({ written: 1, pending: 0 });
    if ('path' in config) expect(closes).toBe(1);
  });
});

describe('a listener that throws', () => {
  it('does not stop the accounts: what was lost is counted, and flush rejects', async () => {
    const backend = new MemoryBackend();
    backend.onWrite = () => {
      throw new Error('broken');
    };
    const recorder = await createRecorder({ backend });
    // The test runner listens too, and would end the test.
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const thrown = new Promise((resolve) => process.once('uncaughtException', resolve));
    recorder.on('error', () => {
      throw new Error('the listener broke');
    });
    recorder.table(Sample).append({ value: 1 });
    expect(() => recorder.flushSync()).toThrow(failed);
    expect(await thrown).toMatchObject({ message: 'the listener broke' });
    for (const listener of others) process.on('uncaughtException', listener);
    expect(recorder.metrics().tables.sample).toMatchObject({ failed: 1, pending: 0 });
    await expect(recorder.close()).rejects.toEqual(failed);
  });
});

describe('a backend that returns no report', () => {
  it('is a write failure that says so', async () => {
    const backend = new MemoryBackend();
    (backend as { write: unknown }).write = () => undefined;
    const recorder = await createRecorder({ backend: backend as StorageBackend });
    recorder.on('error', () => {});
    recorder.table(Sample).append({ value: 1 });
    await expect(recorder.flush()).rejects.toThrow(/write\(\) must return a WriteReport/);
    await recorder.close().catch(() => {});
  });
});

describe('single rows under back-pressure', () => {
  it('are never taken for rows that are too large', async () => {
    const recorder = await createRecorder({ backend: SLOW, memoryLimitMb: 1, maxWaitMs: 50_000 });
    const wide = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`c${i}`, f64()]));
    const table = recorder.table(defineTable('wide', wide));
    const row = Object.fromEntries(Object.keys(wide).map((name) => [name, 1])) as never;
    for (let i = 0; i < 300_000; i++) table.append(row);
    await recorder.close();
    expect(recorder.metrics().tables.wide).toMatchObject({ written: 300_000, rejected: 0 });
  });
});
