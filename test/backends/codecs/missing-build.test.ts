import { expect, it, vi } from 'vitest';
import { codecFor } from '../../../src/backends/codecs/codec-for.ts';

// The error of napi-rs where none of its builds fits.
vi.mock('snappy', () => {
  throw new Error('Cannot find native binding');
});

it('a codec that has no build for this machine is refused by name, with others to choose; those load', async () => {
  await expect(codecFor('snappy')).rejects.toMatchObject({
    tag: 'InvalidConfig',
    fields: { key: 'compression', value: 'snappy' },
    message: `compression snappy does not load on ${process.platform} ${process.arch}: choose zstd, gzip or brotli`,
    cause: expect.any(Error),
  });
  expect((await codecFor('lz4'))!.name).toBe('lz4_raw');
  expect((await codecFor('zstd'))!.name).toBe('zstd');
});
