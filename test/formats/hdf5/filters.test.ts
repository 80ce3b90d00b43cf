import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fletcher32 } from '../../../src/formats/hdf5/filters/fletcher32.ts';
import { compressLzf, decompressLzf } from '../../../src/formats/hdf5/filters/lzf.ts';
import { shuffle, unshuffle } from '../../../src/formats/hdf5/filters/shuffle.ts';
import { lookup3 } from '../../../src/formats/hdf5/lookup3.ts';

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
