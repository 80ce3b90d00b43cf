import type { Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { describe, expect, it } from 'vitest';
import { COMPRESSIONS, checkCompression, codecFor } from '../../../src/backends/codecs/codec-for.ts';
import type { Codec } from '../../../src/formats/parquet/index.ts';
import { refusal } from '../../support/errors.ts';
import fc from '../../support/fast-check.ts';

const LEVELS = { gzip: [1, 9], brotli: [0, 11], zstd: [1, 22] } as const;

/** By other people's code, none of which is ours or the compressor's. */
function decompress(codec: Codec, bytes: Uint8Array, length: number): Uint8Array {
  return compressors[codec.name.toUpperCase() as keyof Compressors]!(bytes, length);
}

function expectBack(codec: Codec, bytes: Uint8Array): void {
  const compressed = codec.compress(bytes);
  if (codec.name === 'lz4_raw' && bytes.length === 0) {
    // A token of no literals (lz4_Block_format.md), which hyparquet's decoder does not know as an end.
    expect([...compressed]).toEqual([0]);
    return;
  }
  // fzstd and the raw codecs are handed exactly what a page holds.
  expect(Buffer.compare(decompress(codec, compressed.slice(), bytes.length), bytes)).toBe(0);
}

/** Doubles of a random walk: what most bytes of a recording are. */
function trajectory(rows: number): Uint8Array {
  let random = 1;
  let position = 1;
  const values = new Float64Array(rows).map(() => {
    random = (random * 48271) % 2147483647;
    position += random / 2147483647 - 0.5;
    return position;
  });
  return new Uint8Array(values.buffer);
}

/** Bytes without any repetition that a codec could find. */
function noise(length: number): Uint8Array {
  let random = 1;
  return new Uint8Array(length).map(() => {
    random = (random * 48271) % 2147483647;
    return random >> 12;
  });
}

describe.each(COMPRESSIONS.filter((name) => name !== 'none'))('%s', (name) => {
  it('gives back what it was given, call after call', async () => {
    const codec = (await codecFor(name))!;
    const repeated = new Uint8Array(300_000).map((_, i) => (i >> 8) % 7);
    const far = new Uint8Array(200_000);
    far.set(noise(70_000));
    // Repeats beyond the 64 KB that snappy and LZ4 can look back.
    far.set(noise(70_000), 100_000);
    const inputs = [0, 1, 2, 3, 4, 15, 16, 17, 59, 60, 61, 255, 256, 65_535, 65_536, 65_537].map(noise);
    inputs.push(trajectory(60_000), repeated, far, new Uint8Array(1 << 20), noise(1 << 20));
    for (const bytes of [...inputs, ...inputs.toReversed()]) expectBack(codec, bytes);
  });

  it('gives back anything', async () => {
    const codec = (await codecFor(name))!;
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .tuple(fc.nat(255), fc.integer({ min: 1, max: 70_000 }))
        .map(([byte, n]) => new Uint8Array(n).fill(byte)),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 200 }))
        .map(([one, n]) => new Uint8Array(Buffer.concat(Array(n).fill(one)))),
    );
    const parts = fc.array(part, { maxLength: 6 }).map((all) => new Uint8Array(Buffer.concat(all)));
    fc.assert(
      fc.property(parts, fc.nat(7), (bytes, from) => expectBack(codec, bytes.subarray(from))),
      { numRuns: 60 },
    );
  });

  it('leaves what it returned alone, and keeps no more memory than that', async () => {
    const codec = (await codecFor(name))!;
    const results = [trajectory(5000), noise(5000), trajectory(6000)].map((bytes) => codec.compress(bytes));
    // A Buffer's slice would be no copy.
    expect(results.map((bytes) => bytes.constructor)).toEqual([Uint8Array, Uint8Array, Uint8Array]);
    const copies = results.map((bytes) => bytes.slice());
    codec.compress(noise(100_000));
    expect(results.map((bytes, i) => Buffer.compare(bytes, copies[i]!))).toEqual([0, 0, 0]);
    const zeros = codec.compress(new Uint8Array(1 << 20));
    expect(zeros.buffer.byteLength).toBeLessThan(1 << 17);
  });
});

describe('levels', () => {
  it.each(Object.entries(LEVELS))(
    'of %s are taken from the lowest to the highest',
    async (name, [low, high]) => {
      const bytes = trajectory(3000);
      const sizes: number[] = [];
      for (const level of [low, high]) {
        const codec = (await codecFor(name, level))!;
        expectBack(codec, bytes);
        const text = new TextEncoder().encode(
          Array.from({ length: 3000 }, (_, i) => `${(i * 7919) % 811}`).join(),
        );
        sizes.push(codec.compress(text).length);
      }
      expect(sizes[1]).toBeLessThan(sizes[0]!);
      for (const level of [low - 1, high + 1, 1.5, Number.NaN]) {
        const { fields } = refusal('InvalidConfig', () => checkCompression(name, level));
        expect(fields).toEqual({ key: 'compressionLevel', value: level });
      }
    },
  );

  it.each(['none', 'snappy', 'lz4'])('are refused for %s, which has none', async (name) => {
    await expect(codecFor(name, 1)).rejects.toThrow(
      `compressionLevel = 1: ${name} has no levels: leave it out`,
    );
  });
});

it('none is no codec', async () => expect(await codecFor('none')).toBeUndefined());

it('an unknown name is refused with all that there are', async () => {
  await expect(codecFor('lzma')).rejects.toThrow(
    'compression is "lzma", but can be none, snappy, gzip, brotli, lz4, zstd',
  );
  await expect(codecFor('toString')).rejects.toMatchObject({ tag: 'InvalidConfig' });
});
