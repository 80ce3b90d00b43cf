import { describe, expect, test } from 'vitest';
import type { ChunkedDataset } from '../../../src/formats/hdf5/index.ts';
import { FILTER_CASES, filterName, filtersFor, TYPE_CASES, type TypeCase } from './support/cases.ts';
import { bitsOf, datasetAt, expectSame, plain, withFile } from './support/h5wasm.ts';
import type { MemoryFile } from './support/memory-file.ts';
import { newWriter } from './support/writers.ts';

/** Appends elements in steps of odd sizes. */
function grow(dataset: ChunkedDataset, { elements }: TypeCase, rows: number, perRow = 1, least = 1): void {
  for (let from = 0, step = least; from < rows; from += step, step = ((step * 5) % 97) + least) {
    dataset.append(elements(from * perRow, Math.min(rows, from + step) * perRow));
  }
}

async function read(file: MemoryFile, path: string): Promise<{ value: unknown; shape: unknown }> {
  return withFile(file, (opened) => {
    const { value, shape } = datasetAt(opened, path);
    return { value: plain(value), shape };
  });
}

describe.each(FILTER_CASES.map((filters) => [filterName(filters), filters] as const))(
  'with %s',
  (_, filters) => {
    test.each(TYPE_CASES.map((type) => [type.name, type] as const))(
      '%s comes back as it was',
      async (_name, type) => {
        const { file, writer } = newWriter();
        for (const rows of [0, 1, 9, 10, 11, 1000]) {
          const dataset = writer.createDataset(`/rows/${rows}`, {
            dtype: type.dtype,
            shape: [0],
            chunkRows: 10,
            filters: filtersFor(type, filters),
          });
          grow(dataset, type, rows);
          if (rows === 11) writer.checkpoint();
        }
        writer.close();
        await withFile(file, (opened) => {
          for (const rows of [0, 1, 9, 10, 11, 1000]) {
            const { value, shape } = datasetAt(opened, `/rows/${rows}`);
            expect(shape).toEqual([rows]);
            expectSame(plain(value), plain(type.elements(0, rows)));
          }
        });
      },
    );
  },
);

test.each(TYPE_CASES.map((type) => [type.name, type] as const))('%s in rows of three', async (_, type) => {
  const { file, writer } = newWriter();
  const filters = { shuffle: true, compression: { deflate: 1 } };
  const dataset = writer.createDataset('/vectors', {
    dtype: type.dtype,
    shape: [0, 3],
    chunkRows: 7,
    filters,
  });
  grow(dataset, type, 100, 3);
  writer.close();
  const { value, shape } = await read(file, '/vectors');
  expect(shape).toEqual([100, 3]);
  expectSame(value, plain(type.elements(0, 300)));
});

test.each(TYPE_CASES.map((type) => [type.name, type] as const))('a fixed dataset of %s', async (_, type) => {
  const { file, writer } = newWriter();
  for (const [rows, name] of [
    [0, 'none'],
    [4, 'compact'],
    [3000, 'contiguous'],
  ] as const) {
    writer.createFixedDataset(`/${name}`, {
      dtype: type.dtype,
      shape: [rows, 2],
      data: type.elements(0, rows * 2),
    });
  }
  writer.createFixedDataset('/single', { dtype: type.dtype, shape: [], data: type.elements(0, 1) });
  writer.close();
  expectSame((await read(file, '/compact')).value, plain(type.elements(0, 8)));
  expectSame((await read(file, '/contiguous')).value, plain(type.elements(0, 6000)));
  expect((await read(file, '/single')).shape).toEqual([]);
});

test('100,000 rows of every type, in pieces larger and smaller than chunks', async () => {
  const { file, writer } = newWriter();
  for (const type of TYPE_CASES) {
    const filters = { shuffle: true, compression: { deflate: 1 }, fletcher32: true };
    const dataset = writer.createDataset(`/${type.name}`, {
      dtype: type.dtype,
      shape: [0],
      chunkRows: 1000,
      filters: filtersFor(type, filters),
    });
    grow(dataset, type, 100_000, 1, 977);
  }
  writer.close();
  for (const type of TYPE_CASES) {
    expectSame((await read(file, `/${type.name}`)).value, plain(type.elements(0, 100_000)));
  }
});

test('a million rows, in 31,250 chunks and in one', async () => {
  const { file, writer } = newWriter();
  const rows = 1_000_000;
  const values = Float64Array.from({ length: rows }, (_, i) => Math.sin(i));
  const many = writer.createDataset('/many', { dtype: 'f64', shape: [0], chunkRows: 32 });
  const one = writer.createDataset('/one', { dtype: 'f64', shape: [0], chunkRows: 2 ** 20 });
  for (let from = 0; from < rows; from += 99_999) {
    many.append(values.subarray(from, from + 99_999));
    one.append(values.subarray(from, from + 99_999));
    if (from > 500_000) writer.checkpoint();
  }
  writer.close();
  for (const path of ['/many', '/one']) expect((await read(file, path)).value === bitsOf(values)).toBe(true);
});

test('texts and bytes come as spans of memory, too', async () => {
  const { file, writer } = newWriter();
  const bytes = new TextEncoder().encode('..naïve日本語..');
  const spans = Uint32Array.of(2, 6, 8, 9, 0, 0);
  writer.createDataset('/utf8', { dtype: 'utf8', shape: [0] }).append({ bytes, spans });
  writer.createDataset('/bytes', { dtype: 'bytes', shape: [0] }).append({ bytes, spans });
  writer.createDataset('/fixed', { dtype: { kind: 'utf8', length: 9 }, shape: [0] }).append({ bytes, spans });
  writer.close();
  const texts = ['naïve', '日本語', ''];
  expectSame((await read(file, '/utf8')).value, texts);
  expectSame((await read(file, '/fixed')).value, texts);
  expectSame(
    (await read(file, '/bytes')).value,
    texts.map((text) => bitsOf(new TextEncoder().encode(text))),
  );
});

test('shared memory, as recorders have it', async () => {
  const { file, writer } = newWriter();
  const numbers = new Float64Array(new SharedArrayBuffer(8 * 3000)).map((_, i) => Math.sin(i));
  const bytes = new Uint8Array(new SharedArrayBuffer(8));
  bytes.set(new TextEncoder().encode('naïve'));
  const filters = { compression: { deflate: 1 }, fletcher32: true };
  const plain = writer.createDataset('/plain', { dtype: 'f64', shape: [0], chunkRows: 1000, filters });
  const shuffled = writer.createDataset('/shuffled', {
    dtype: 'f64',
    shape: [0],
    filters: { ...filters, shuffle: true },
  });
  const texts = writer.createDataset('/texts', { dtype: 'utf8', shape: [0] });
  const shared = new Float64Array(new SharedArrayBuffer(numbers.byteLength));
  shared.set(numbers);
  plain.append(shared);
  shuffled.append(shared.subarray(1));
  texts.append({ bytes, spans: Uint32Array.of(0, 6) });
  writer.close();
  expectSame((await read(file, '/plain')).value, bitsOf(numbers));
  expectSame((await read(file, '/shuffled')).value, bitsOf(numbers.slice(1)));
  expectSame((await read(file, '/texts')).value, ['naïve']);
});

test('parts of vectors are put together', async () => {
  const { file, writer } = newWriter();
  const filters = { shuffle: true };
  const vectors = writer.createDataset('/vectors', { dtype: 'f64', shape: [0, 3], chunkRows: 4, filters });
  const small = writer.createDataset('/small', { dtype: 'i16', shape: [0, 2], fillValue: -1 });
  const part = (k: number) => Float64Array.from({ length: 11 }, (_, i) => i + k / 10);
  vectors.appendParts([part(0), part(1), part(2)]);
  vectors.appendParts([part(0).subarray(3), part(1).subarray(3), part(2).subarray(3)]);
  small.appendParts([Int16Array.of(1, 2, 3), Int16Array.of(-1, -2, -3)], Uint8Array.of(1, 0, 1));
  writer.close();
  const rows = [...part(0), ...part(0).subarray(3)];
  const expected = Float64Array.from(rows.flatMap((x) => [x, Math.floor(x) + 0.1, Math.floor(x) + 0.2]));
  expectSame((await read(file, '/vectors')).value, bitsOf(expected));
  expectSame((await read(file, '/small')).value, bitsOf(Int16Array.of(1, -1, -1, -1, 3, -3)));
});

test('missing values are fill values, in the middle, before and behind what was given', async () => {
  const { file, writer } = newWriter();
  const options = {
    dtype: 'f64',
    shape: [40],
    chunkRows: 8,
    fillValue: Number.NaN,
    filters: { compression: { deflate: 1 } },
  } as const;
  const dataset = writer.createDataset('/late', options);
  dataset.appendFill(21);
  dataset.append(Float64Array.of(1, 2, 3), Uint8Array.of(1, 0, 1));
  writer.createDataset('/untouched', options);
  const flags = writer.createDataset('/flags', { dtype: 'bool', shape: [0], fillValue: true });
  flags.appendFill(2);
  flags.append(Uint8Array.of(0, 7));
  const texts = writer.createDataset('/texts', { dtype: 'utf8', shape: [0], chunkRows: 2 });
  texts.appendFill(5);
  texts.append(['a', null, 'b', undefined]);
  writer.close();
  const late = new Float64Array(40).fill(Number.NaN);
  late.set([1, Number.NaN, 3], 21);
  expectSame((await read(file, '/late')).value, bitsOf(late));
  expectSame((await read(file, '/untouched')).value, bitsOf(new Float64Array(40).fill(Number.NaN)));
  expectSame((await read(file, '/flags')).value, bitsOf(Int8Array.of(1, 1, 0, 1)));
  expectSame((await read(file, '/texts')).value, ['', '', '', '', '', 'a', '', 'b', '']);
});

test('whole chunks of fill values take no space', () => {
  const { writer } = newWriter();
  const dataset = writer.createDataset('/sparse', { dtype: 'f64', shape: [0], chunkRows: 1000 });
  dataset.appendFill(10_000_000);
  dataset.append(Float64Array.of(1));
  writer.close();
  expect(writer.size).toBeLessThan(20_000);
});

test('a chunk that does not get smaller is stored without compression', async () => {
  const { file, writer } = newWriter();
  const noise = Uint8Array.from({ length: 4096 }, (_, i) => (Math.imul(i * i + 7, 2654435761) >>> 13) & 255);
  const filters = { compression: { deflate: 9 }, fletcher32: true };
  writer.createDataset('/noise', { dtype: 'u8', shape: [0], chunkRows: 4096, filters }).append(noise);
  writer.close();
  expectSame((await read(file, '/noise')).value, bitsOf(noise));
});
