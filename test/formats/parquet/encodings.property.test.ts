import { deltaBinaryUnpack, deltaLengthByteArray } from 'hyparquet/src/delta.js';
import { byteStreamSplit, readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { describe, expect, it } from 'vitest';
import { encodeByteStreamSplit } from '../../../src/formats/parquet/encodings/byte-stream-split.ts';
import { encodeDelta32, encodeDelta64 } from '../../../src/formats/parquet/encodings/delta.ts';
import { encodeDeltaLength } from '../../../src/formats/parquet/encodings/delta-length.ts';
import { joinLabels } from '../../../src/formats/parquet/encodings/dictionary.ts';
import { encodeHybrid } from '../../../src/formats/parquet/encodings/hybrid.ts';
import fc from '../../support/fast-check.ts';
import { encoded, readerOf } from './bytes.ts';

/** Random, but with runs and small steps, as columns have them. */
function runs<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  const run = fc
    .tuple(value, fc.integer({ min: 1, max: 40 }))
    .map(([item, count]) => Array<T>(count).fill(item));
  return fc
    .array(
      fc.oneof(
        value.map((item) => [item]),
        run,
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.flat());
}

const wide = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -300n, max: 300n }),
  fc.bigInt({ min: 2n ** 31n - 3n, max: 2n ** 33n + 3n }),
  fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n, -(2n ** 32n), 0n),
);

describe('hyparquet decodes what was encoded', () => {
  it('hybrid, every width up to 20', () => {
    const cases = fc
      .integer({ min: 1, max: 20 })
      .chain((width) => fc.tuple(fc.constant(width), runs(fc.integer({ min: 0, max: 2 ** width - 1 }))));
    fc.assert(
      fc.property(cases, fc.nat(10), ([width, values], skip) => {
        const from = Math.min(skip, values.length);
        const bytes = encoded((out) =>
          encodeHybrid(Uint32Array.from(values), from, values.length, width, out),
        );
        const found = Array(values.length - from).fill(-1);
        readRleBitPackedHybrid(readerOf(bytes), width, found, bytes.length);
        expect(found).toEqual(values.slice(from));
      }),
    );
  });

  it('32-bit differences, wrapping around', () => {
    const value = fc.oneof(
      fc.integer(),
      fc.integer({ min: -9, max: 9 }),
      fc.constantFrom(-(2 ** 31), 2 ** 31 - 1),
    );
    fc.assert(
      fc.property(runs(value), (values) => {
        const bytes = encoded((out) => encodeDelta32(Int32Array.from(values), 0, values.length, out));
        const found = new Int32Array(values.length);
        const reader = readerOf(bytes);
        deltaBinaryUnpack(reader, values.length, found);
        expect([...found]).toEqual(values);
        expect(reader.offset).toBe(bytes.length);
      }),
    );
  });

  it('64-bit differences, wrapping around', () => {
    fc.assert(
      fc.property(runs(wide), fc.nat(5), (values, skip) => {
        const from = Math.min(skip, values.length);
        const words = new Uint32Array(BigInt64Array.from(values).buffer);
        const bytes = encoded((out) => encodeDelta64(words, from, values.length, out));
        const found = new BigInt64Array(values.length - from);
        const reader = readerOf(bytes);
        deltaBinaryUnpack(reader, found.length, found);
        expect([...found]).toEqual(values.slice(from));
        expect(reader.offset).toBe(bytes.length);
      }),
    );
  });

  it('lengths and bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 300 }), (values) => {
        const bytes = encoded((out) => encodeDeltaLength(joinLabels(values), 0, values.length, out));
        const found = Array<Uint8Array>(values.length);
        deltaLengthByteArray(readerOf(bytes), values.length, found as never);
        expect(found.map((value) => [...value])).toEqual(values.map((value) => [...value]));
      }),
    );
  });

  it('split bytes, at any offset and count', () => {
    fc.assert(
      fc.property(
        fc.array(wide, { maxLength: 50 }),
        fc.nat(5),
        fc.constantFrom(1, 2),
        (values, lead, each) => {
          const words = new Uint32Array(BigInt64Array.from(values).buffer);
          const count = words.length / each;
          const bytes = encoded((out) => {
            out.append(new Uint8Array(lead));
            encodeByteStreamSplit({ form: 'words', count, wordsEach: each as 1 | 2, words }, 0, count, out);
          });
          const reader = readerOf(bytes.subarray(lead));
          const found = byteStreamSplit(
            reader,
            count,
            each === 1 ? 'INT32' : 'INT64',
            undefined,
          ) as Int32Array;
          expect(new Uint32Array(found.buffer)).toEqual(words);
        },
      ),
    );
  });
});
