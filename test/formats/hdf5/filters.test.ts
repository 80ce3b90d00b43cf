import { constants, deflateRawSync, deflateSync, inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fletcher32 } from '../../../src/formats/hdf5/filters/fletcher32.ts';
import { compressLzf, decompressLzf } from '../../../src/formats/hdf5/filters/lzf.ts';
import { deflatePlanes } from '../../../src/formats/hdf5/filters/planes.ts';
import { shuffle, unshuffle } from '../../../src/formats/hdf5/filters/shuffle.ts';
import { lookup3 } from '../../../src/formats/hdf5/lookup3.ts';
import fc from '../../support/fast-check.ts';

const encoder = new TextEncoder();

test('lookup3 gives what its author publishes', () => {
  // Source: Bob Jenkins, lookup3.c, driver5.
  expect(lookup3(new Uint8Array(0))).toBe(0xdeadbeef);
  expect(lookup3(encoder.encode('Four score and seven years ago'))).toBe(0x17770551);
});

describe('shuffle', () => {
  test.each([1, 2, 3, 4, 8, 12, 16])('elements of %i bytes', (size) => {
    for (const count of [0, 1, 3, 4, 5, 64, 1001]) {
      for (const rest of size > 1 ? [0, 1] : [0]) {
        const source = Uint8Array.from({ length: count * size + rest }, (_, i) => (i * 37) & 255);
        const target = new Uint8Array(source.length);
        shuffle(source, size, target);
        for (let i = 0; i < count; i++) {
          for (let k = 0; k < size; k++) expect(target[k * count + i]).toBe(source[i * size + k]);
        }
        expect(target.subarray(count * size)).toEqual(source.subarray(count * size));
        const back = new Uint8Array(source.length);
        unshuffle(target, size, back);
        expect(back).toEqual(source);
      }
    }
  });

  test('source and target anywhere in memory', () => {
    const memory = Uint8Array.from({ length: 200 }, (_, i) => i);
    const expected = new Uint8Array(64);
    shuffle(memory.slice(3, 67), 8, expected);
    const target = new Uint8Array(80).subarray(5, 69);
    shuffle(memory.subarray(3, 67), 8, target);
    expect(target).toEqual(expected);
  });
});

/** The checksum by the book: sums of big-endian words, modulo 65535 at every step. */
function slowFletcher32(bytes: Uint8Array): number {
  let [sum, sums] = [0, 0];
  const fold = (value: number) => (value > 65535 ? value - 65535 : value);
  for (let i = 0; i < bytes.length; i += 2) {
    sum = fold(sum + ((bytes[i]! << 8) | (bytes[i + 1] ?? 0)));
    sums = fold(sums + sum);
  }
  return ((sums << 16) | sum) >>> 0;
}

test('fletcher32 of anything, and of bytes that make the sums large', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(3), (bytes, start) => {
      const view = bytes.subarray(start);
      expect(fletcher32(view)).toBe(slowFletcher32(view));
    }),
  );
  for (const byte of [0, 1, 255]) {
    for (const length of [0, 1, 2, 719, 720, 721, 100_001]) {
      const bytes = new Uint8Array(length).fill(byte);
      expect(fletcher32(bytes)).toBe(slowFletcher32(bytes));
    }
  }
});

describe('LZF', () => {
  function roundTrip(source: Uint8Array): number {
    const target = new Uint8Array(source.length + 10);
    const length = compressLzf(source, target, source.length - 1);
    expect(target.subarray(Math.max(0, source.length - 1)).every((byte) => byte === 0)).toBe(true);
    if (length === 0) return 0;
    const back = new Uint8Array(source.length);
    decompressLzf(target.subarray(0, length), back);
    expect(back).toEqual(source);
    return length;
  }

  test('anything comes back, or is too random to be compressed', () => {
    const alphabet = fc.array(fc.nat(3), { maxLength: 2000 }).map((list) => Uint8Array.from(list));
    fc.assert(
      fc.property(fc.oneof(alphabet, fc.uint8Array({ maxLength: 500 })), (source) => void roundTrip(source)),
    );
  });

  test('copies of every length and distance', () => {
    for (const length of [3, 4, 8, 9, 10, 263, 264, 265, 600]) {
      for (const distance of [1, 2, 3, 31, 32, 33, 255, 256, 8191, 8192, 8193, 9000]) {
        const source = Uint8Array.from(
          { length: distance + length + 40 },
          (_, i) => (i * i * 31 + (i >> 3)) & 255,
        );
        for (let i = distance; i < distance + length; i++) source[i] = source[i - distance]!;
        roundTrip(source);
      }
    }
    expect(roundTrip(new Uint8Array(10_000))).toBeLessThan(130);
  });

  test('the format is that of LibLZF', () => {
    // Literals `abc`, then 12 bytes from 3 back: control 7 << 5, length 12 - 9, distance 3 - 1.
    const target = new Uint8Array(20);
    const length = compressLzf(encoder.encode('abcabcabcabcabc'), target, 15);
    expect([...target.subarray(0, length)]).toEqual([2, 97, 98, 99, 224, 3, 2]);
  });
});

describe('deflate of shuffled data', () => {
  const deflateBlocks = (bytes: Uint8Array, level: number) =>
    deflateRawSync(bytes, { level, finishFlush: constants.Z_SYNC_FLUSH });
  const deflate = (bytes: Uint8Array, planes: number) => deflatePlanes(bytes, planes, 1, deflateBlocks);
  let state = 2463534242;
  const noise = (length: number) =>
    Uint8Array.from({ length }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state >>> 11;
    });
  const join = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));

  test.each([600, 8192, 70_000, 200_000])('planes of %i bytes, noise and not, come back', (size) => {
    const steady = new Uint8Array(size).fill(3);
    const counting = Uint8Array.from({ length: size }, (_, i) => i);
    for (const planes of [
      [noise(size), steady],
      [steady, noise(size), noise(size), counting],
      [noise(size), noise(size)],
    ]) {
      for (const rest of [0, 3]) {
        const bytes = join(...planes, noise(rest));
        const stream = deflate(bytes, planes.length)!;
        expect(Uint8Array.from(inflateSync(stream))).toEqual(bytes);
        expect(stream.length).toBeLessThan(deflateSync(bytes, { level: 1 }).length * 1.01 + 100);
      }
    }
  });

  test('what can be compressed is not taken for noise', () => {
    const size = 8192;
    const skewed = noise(size).map((byte) => (byte < 40 ? 0 : byte));
    const repeating = join(...Array(16).fill(noise(512)));
    const counting = Uint8Array.from({ length: size }, (_, i) => i);
    for (const plane of [skewed, repeating, counting, new Uint8Array(size)]) {
      expect(deflate(join(plane, plane), 2)).toBeNull();
    }
    expect(deflate(join(noise(100), new Uint8Array(100)), 2)).toBeNull();
  });

  test('anything at all comes back', () => {
    const plane = fc.oneof(
      fc.uint8Array({ minLength: 700, maxLength: 700 }),
      fc.constant(noise(700)),
      fc.constant(new Uint8Array(700)),
    );
    fc.assert(
      fc.property(
        fc.array(plane, { minLength: 1, maxLength: 8 }),
        fc.uint8Array({ maxLength: 7 }),
        (planes, rest) => {
          const bytes = join(...planes, rest);
          const stream = deflate(bytes, planes.length);
          if (stream !== null) expect(Uint8Array.from(inflateSync(stream))).toEqual(bytes);
        },
      ),
    );
  });
});
