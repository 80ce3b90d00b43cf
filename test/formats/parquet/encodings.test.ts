import { describe, expect, it } from 'vitest';
import { encodeByteStreamSplit } from '../../../src/formats/parquet/encodings/byte-stream-split.ts';
import { encodeDelta32, encodeDelta64 } from '../../../src/formats/parquet/encodings/delta.ts';
import { encodeDeltaLength } from '../../../src/formats/parquet/encodings/delta-length.ts';
import {
  collectDictionary,
  joinLabels,
  labelDictionary,
} from '../../../src/formats/parquet/encodings/dictionary.ts';
import { encodeHybrid } from '../../../src/formats/parquet/encodings/hybrid.ts';
import { encodePlainBools, encodePlainBytes } from '../../../src/formats/parquet/encodings/plain.ts';
import { hexOf } from './bytes.ts';

const texts = (...values: string[]) => joinLabels(values.map((value) => new TextEncoder().encode(value)));

describe('the examples of Encodings.md', () => {
  it('RLE / bit-packing hybrid: 0 to 7 in 3 bits', () => {
    const values = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7);
    // 10001000 11000110 11111010 behind the header of one group.
    expect(hexOf((out) => encodeHybrid(values, 0, 8, 3, out))).toBe('03 88 c6 fa');
  });

  it('DELTA_BINARY_PACKED: 1, 2, 3, 4, 5', () => {
    // The example's blocks of 8 are invalid in files: 128 values, 4 miniblocks, 5 values, first 1; least 1, widths 0.
    const bytes = '80 01 04 05 02 02 00 00 00 00';
    expect(hexOf((out) => encodeDelta32(Int32Array.of(1, 2, 3, 4, 5), 0, 5, out))).toBe(bytes);
    const words = new Uint32Array(BigInt64Array.of(1n, 2n, 3n, 4n, 5n).buffer);
    expect(hexOf((out) => encodeDelta64(words, 0, 5, out))).toBe(bytes);
  });

  it('DELTA_BINARY_PACKED: 7, 5, 3, 1, 2, 3, 4, 5', () => {
    // Least -2, 2 bits, 0 0 0 3 3 3 3 and zeros up to 32 values.
    const bytes = '80 01 04 08 0e 03 02 00 00 00 c0 3f 00 00 00 00 00 00';
    const values = [7, 5, 3, 1, 2, 3, 4, 5];
    expect(hexOf((out) => encodeDelta32(Int32Array.from(values), 0, 8, out))).toBe(bytes);
    const words = new Uint32Array(BigInt64Array.from(values.map(BigInt)).buffer);
    expect(hexOf((out) => encodeDelta64(words, 0, 8, out))).toBe(bytes);
  });

  it('DELTA_LENGTH_BYTE_ARRAY: Hello, World, Foobar, ABCDEF', () => {
    const values = texts('Hello', 'World', 'Foobar', 'ABCDEF');
    const lengths = hexOf((out) => encodeDelta32(Int32Array.of(5, 5, 6, 6), 0, 4, out));
    const data = hexOf((out) => out.append(new TextEncoder().encode('HelloWorldFoobarABCDEF')));
    expect(hexOf((out) => encodeDeltaLength(values, 0, 4, out))).toBe(`${lengths} ${data}`);
  });

  it('BYTE_STREAM_SPLIT: three floats', () => {
    const bytes = Uint8Array.of(0xaa, 0xbb, 0xcc, 0xdd, 0x00, 0x11, 0x22, 0x33, 0xa3, 0xb4, 0xc5, 0xd6);
    const words = new Uint32Array(bytes.buffer);
    const encoded = hexOf((out) =>
      encodeByteStreamSplit({ form: 'words', count: 3, wordsEach: 1, words }, 0, 3, out),
    );
    expect(encoded).toBe('aa 00 a3 bb 11 b4 cc 22 c5 dd 33 d6');
  });
});

describe('hybrid', () => {
  const hybrid = (values: number[], width = 1) =>
    hexOf((out) => encodeHybrid(Uint16Array.from(values), 0, values.length, width, out));

  it('writes nothing of nothing', () => expect(hybrid([])).toBe(''));

  it('repeats from eight values on', () => {
    expect(hybrid(Array(8).fill(3), 2)).toBe('10 03');
    expect(hybrid(Array(7).fill(3), 2)).toBe('03 ff 3f');
    expect(hybrid(Array(100).fill(300), 9)).toBe('c8 01 2c 01');
  });

  it('fills up a group before it repeats', () => {
    // 1, then zeros: seven of them fill the group, the other eight repeat.
    expect(hybrid([1, ...Array(15).fill(0)], 2)).toBe('03 01 00 10 00');
    expect(hybrid([1, ...Array(14).fill(0)], 2)).toBe('05 01 00 00 00');
  });

  it('repeats single bits where four groups are the same, or all', () => {
    expect(hybrid(Array(8).fill(1))).toBe('10 01');
    expect(hybrid(Array(3).fill(1))).toBe('06 01');
    expect(hybrid(Array(3).fill(0))).toBe('06 00');
    expect(hybrid([0, ...Array(7).fill(1), ...Array(33).fill(1)])).toBe('03 fe 42 01');
    expect(hybrid([...Array(24).fill(0), 1])).toBe('09 00 00 00 01');
    expect(hybrid([0, 1, 1])).toBe('03 06');
  });

  it('fills the last group with zeros', () => expect(hybrid([3, 1, 2], 2)).toBe('03 27 00'));
});

describe('plain', () => {
  it('packs booleans from the lowest bit up', () => {
    const values = { form: 'bools', count: 9, values: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 1, 1) } as const;
    expect(hexOf((out) => encodePlainBools(values, 0, 9, out))).toBe('81 01');
    expect(hexOf((out) => encodePlainBools(values, 7, 9, out))).toBe('03');
  });

  it('puts lengths before bytes', () => {
    const values = texts('', 'é', 'x'.repeat(30));
    const encoded = hexOf((out) => encodePlainBytes(values, 0, 3, out));
    expect(encoded).toBe(`00 00 00 00 02 00 00 00 c3 a9 1e 00 00 00${' 78'.repeat(30)}`);
  });
});

describe('dictionaries', () => {
  it('number values in the order in which they come', () => {
    const dictionary = collectDictionary(texts('bb', 'a', 'bb', 'bb', 'a', ''), 1000)!;
    expect([...dictionary.indices]).toEqual([0, 1, 0, 0, 1, 2]);
    expect(dictionary.width).toBe(2);
    expect(dictionary.entries).toEqual(texts('bb', 'a', ''));
  });

  it('are given up where they are too large, no smaller than the values, or empty', () => {
    const values = texts(...Array.from({ length: 100 }, (_, i) => `value ${i % 20}`));
    expect(collectDictionary(values, 20 * 12)).not.toBeNull();
    expect(collectDictionary(values, 20 * 12 - 20)).toBeNull();
    expect(collectDictionary(texts('a', 'b', 'c'), 1000)).toBeNull();
    expect(collectDictionary(texts(), 1000)).toBeNull();
  });

  it('are given up where thousands of values hardly repeat', () => {
    const all = Array.from({ length: 40_000 }, (_, i) => `v${i % 30_000}`);
    expect(collectDictionary(texts(...all), 2 ** 30)).toBeNull();
  });

  it('grow past thousands of values', () => {
    const all = Array.from({ length: 20_000 }, (_, i) => `v${(i * 7919) % 5000}`);
    const { indices, entries } = collectDictionary(texts(...all), 2 ** 20)!;
    expect(entries.count).toBe(5000);
    const decoder = new TextDecoder();
    const found = Array.from(indices, (i) =>
      decoder.decode(entries.data.subarray(entries.offsets[i]!, entries.offsets[i + 1]!)),
    );
    expect(found).toEqual(all);
  });

  it('of labels hold those that occur', () => {
    const labels = ['a', 'b', 'c', 'd'].map((label) => new TextEncoder().encode(label));
    const codes = { form: 'codes', count: 3, values: Uint8Array.of(3, 1, 3) } as const;
    const dictionary = labelDictionary(codes, labels)!;
    expect(dictionary.entries).toEqual(texts('b', 'd'));
    expect([...dictionary.indices]).toEqual([1, 0, 1]);
    expect(labelDictionary({ form: 'codes', count: 0, values: new Uint8Array(0) }, labels)).toBeNull();
  });
});
