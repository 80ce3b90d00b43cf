import { describe, expect, it } from 'vitest';
import { createRecorder, defineTable, f64, isSimtapeError, type RecorderConfig } from '../../src/index.ts';
import { MemoryBackend } from '../support/memory-backend.ts';

const Sample = defineTable('sample', { value: f64() });
const SLOW = new URL('../support/programs/slow-backend.ts', import.meta.url);

describe.each([
  ['on a thread', () => ({ backend: SLOW, options: { pauseMs: 0, failAt: 2 } })],
  [
    "on the caller's thread",
    () => {
      const backend = new MemoryBackend();
      let writes = 0;
      backend.onWrite = () => {
        if (++writes >= 2) throw Object.assign(new Error('no space left on device'), { code: 'EIO' });
      };
      return { backend };
    },
  ],
] as [string, () => RecorderConfig][])('a permanent write error %s', (_, config) => {
  it('is reported once, counted, and makes flush and close reject', async () => {
    const recorder = await createRecorder(config());
    const errors: Error[] = [];
    recorder.on('error', (error) => errors.push(error));
    const table = recorder.table(Sample);
    table.append({ value: 1 });
    await recorder.flush();
    table.append({ value: 2 });
    await expect(recorder.flush()).rejects.toMatchObject({ tag: 'WriteFailed', fields: { failed: 1 } });
    for (let i = 0; i < 100; i++) table.append({ value: i });
    await expect(recorder.flush()).rejects.toMatchObject({ tag: 'WriteFailed', fields: { failed: 100 } });
    expect(recorder.metrics().state).toBe('failed');
    expect(recorder.metrics().tables.sample).toEqual({
      submitted: 102,
      written: 1,
      failed: 101,
      dropped: 0,
      rejected: 0,
      pending: 0,
      bytes: 8,
    });
    table.append({ value: 3 });
    await expect(recorder.close()).rejects.toMatchObject({ tag: 'WriteFailed', fields: { failed: 1 } });
    expect(errors).toHaveLength(1);
    expect(isSimtapeError(errors[0], 'WriteFailed')).toBe(true);
    expect((errors[0]!.cause as Error).message).toBe('no space left on device');
  });

  it('stops the simulation at its next call where onFailure is throw', async () => {
    const recorder = await createRecorder({ ...config(), onFailure: 'throw' });
    recorder.on('error', () => {});
    const table = recorder.table(Sample);
    table.append({ value: 1 });
    await recorder.flush();
    table.append({ value: 2 });
    await recorder.flush().catch(() => {});
    expect(() => {
      table.append({ value: 3 });
      table.append({ value: 4 });
    }).toThrow(expect.objectContaining({ tag: 'WriteFailed' }));
    await recorder.close().catch(() => {});
  });
});

describe('an error that passes', () => {
  it('is tried again without anybody hearing of it', async () => {
    const backend = new MemoryBackend();
    let attempts = 0;
    backend.onWrite = () => {
      if (++attempts < 3) throw Object.assign(new Error('disk full'), { code: 'ENOSPC' });
    };
    const recorder = await createRecorder({ backend });
    const errors: Error[] = [];
    recorder.on('error', (error) => errors.push(error));
    recorder.table(Sample).append({ value: 7 });
    await recorder.flush();
    expect(attempts).toBe(3);
    expect(errors).toEqual([]);
    expect(backend.allRows()).toEqual([{ table: 'sample', id: 1, value: 7 }]);
    await recorder.close();
    expect(backend.closed).toBe(true);
  });
});

describe('a backend that does not open', () => {
  it('is a typed error, with the way out, and leaves no thread behind', async () => {
    await expect(createRecorder({ backend: 'parkuet' })).rejects.toMatchObject({ tag: 'BackendUnavailable' });
    await expect(createRecorder({ backend: 'parkuet' })).rejects.toThrow(
      /sqlite, parquet, hdf5, none, or the URL/,
    );
    const missing = new URL('./no-such-backend.ts', import.meta.url);
    await expect(createRecorder({ backend: missing })).rejects.toMatchObject({ tag: 'BackendUnavailable' });
    const noFunction = new URL('./kill.ts', import.meta.url);
    await expect(createRecorder({ backend: noFunction })).rejects.toMatchObject({
      tag: 'BackendUnavailable',
    });
  });
});
