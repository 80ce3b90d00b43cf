import { expect, test } from 'vitest';
import { Hdf5Writer } from '../../../src/formats/hdf5/index.ts';
import { refusal } from '../../support/errors.ts';
import { attributesOf, bitsOf, datasetAt, groupAt, withFile } from './support/h5wasm.ts';
import { continueWriter, newWriter } from './support/writers.ts';

const LZF = {
  dtype: 'i32',
  shape: [0],
  chunkRows: 8,
  filters: { shuffle: true, compression: 'lzf' },
} as const;
const PLAIN = { dtype: 'i32', shape: [0], chunkRows: 8 } as const;

test('attributes are set before and after a dataset is opened, and later', async () => {
  const { file, writer } = newWriter();
  writer.createDataset('/run/a', { ...PLAIN, attributes: { first: 1 } }).append(Int32Array.of(1, 2, 3));
  writer.createDataset('/run/b', PLAIN);
  writer.checkpoint();
  const second = continueWriter(file);
  second.setAttributes('/run/a', { second: 2 });
  second.openDataset('/run/a', PLAIN);
  second.setAttributes('/run/b', { only: 4 });
  second.checkpoint();
  const third = continueWriter(file);
  third.openDataset('/run/a', PLAIN).append(Int32Array.of(4));
  third.setAttributes('/run/a', { third: 3 });
  third.close();
  await withFile(file, (opened) => {
    expect(attributesOf(datasetAt(opened, '/run/a'))).toEqual({ first: 1, second: 2, third: 3 });
    expect(attributesOf(datasetAt(opened, '/run/b'))).toEqual({ only: 4 });
    expect(bitsOf(datasetAt(opened, '/run/a').value)).toBe(bitsOf(Int32Array.of(1, 2, 3, 4)));
  });
});

test('attributes in a heap are kept, replaced and added to', async () => {
  const { file, writer } = newWriter();
  const large = new Float64Array(10_000).fill(1);
  writer.createGroup('/group', { large, a: 1, b: 'text' });
  writer.checkpoint();
  const second = continueWriter(file);
  second.setAttributes('/group', { a: 2, c: 3 });
  second.close();
  const found = await withFile(file, (opened) => attributesOf(groupAt(opened, '/group')));
  expect(found).toMatchObject({ a: 2, b: 'text', c: 3 });
  expect(bitsOf(found.large)).toBe(bitsOf(large));
});

test('a chunk of LZF that was not full is filled', async () => {
  const { file, writer } = newWriter();
  const values = new Int32Array(5).fill(7);
  writer.createDataset('/a', LZF).append(values);
  writer.checkpoint();
  const second = continueWriter(file);
  // h5wasm has no LZF; what was read is written again without.
  const dataset = second.openDataset('/a', LZF);
  expect(dataset.rows).toBe(5);
  dataset.append(Int32Array.of(1, 2, 3));
  second.close();
  expect(continueWriter(file).openDataset('/a', LZF).rows).toBe(8);
});

test('rows that were given are told apart from rows that there are at least', async () => {
  const options = { ...PLAIN, shape: [20], fillValue: -1 } as const;
  const { file, writer } = newWriter();
  writer.createDataset('/a', options).append(Int32Array.of(1, 2, 3));
  writer.checkpoint();
  const second = continueWriter(file);
  const dataset = second.openDataset('/a', options, 3);
  dataset.append(Int32Array.of(4));
  second.close();
  const expected = new Int32Array(20).fill(-1);
  expected.set([1, 2, 3, 4]);
  const found = await withFile(file, (opened) => datasetAt(opened, '/a').value);
  expect(bitsOf(found)).toBe(bitsOf(expected));
});

test('deflated chunks need a function that inflates', () => {
  const options = { ...PLAIN, filters: { compression: { deflate: 1 } } } as const;
  const { file, writer } = newWriter();
  writer.createDataset('/a', options).append(new Int32Array(5));
  writer.checkpoint();
  const second = new Hdf5Writer(file, { deflate: (bytes) => bytes }, file);
  expect(refusal('InvalidConfig', () => second.openDataset('/a', options)).message).toMatch(/pass `inflate`/);
});

test('what is damaged is refused', () => {
  const { file, writer } = newWriter();
  for (let i = 0; i < 100; i++) writer.createGroup(`/run/${i}`, { i });
  writer.createDataset('/a', PLAIN).append(new Int32Array(100));
  writer.checkpoint();
  let refused = 0;
  for (let at = 70; at < file.size; at += 101) {
    const damaged = file.clone();
    damaged.write(at, Uint8Array.of(damaged.read(at, 1)[0]! ^ 255));
    try {
      const second = continueWriter(damaged);
      for (let i = 0; i < 100; i++) second.setAttributes(`/run/${i}`, { again: i });
      second.openDataset('/a', PLAIN);
    } catch (error) {
      expect(error).toMatchObject({ tag: expect.stringMatching(/NotARecording|InvalidConfig|NotFound/) });
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(20);
});
