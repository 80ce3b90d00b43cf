import { expect, test } from 'vitest';
import { refusal } from '../../support/errors.ts';
import { attributesOf, bitsOf, datasetAt, groupAt, withFile } from './support/h5wasm.ts';
import { newWriter } from './support/writers.ts';

const LONG = 'naïve '.repeat(20_000);

test('numbers, flags, texts and arrays of them', async () => {
  const { file, writer } = newWriter();
  const attributes = {
    half: 0.5,
    'minus zero': -0,
    large: 2n ** 63n - 1n,
    unsigned: 2n ** 64n - 1n,
    flag: true,
    text: 'naïve 日本語',
    empty: '',
    long: LONG,
    numbers: [1, 2.5, Number.POSITIVE_INFINITY],
    integers: [1n, -1n],
    flags: [true, false],
    texts: ['a', '', 'ü'],
    none: [],
    typed: Int16Array.of(1, -2, 3),
    ünï: 'name',
  };
  writer.createGroup('/group', attributes);
  writer.createDataset('/dataset', { dtype: 'i8', shape: [0], attributes });
  writer.setAttributes('/', attributes);
  writer.close();
  await withFile(file, (opened) => {
    for (const object of [opened, groupAt(opened, '/group'), datasetAt(opened, '/dataset')]) {
      const found = attributesOf(object);
      expect(Object.keys(found).sort()).toEqual(Object.keys(attributes).sort());
      expect(found).toMatchObject({
        half: 0.5,
        large: 2n ** 63n - 1n,
        unsigned: 2n ** 64n - 1n,
        text: 'naïve 日本語',
      });
      expect(Object.is(found['minus zero'], -0)).toBe(true);
      expect(found).toMatchObject({ empty: '', long: LONG, texts: ['a', '', 'ü'], ünï: 'name' });
      expect(bitsOf(found.numbers)).toBe(bitsOf(Float64Array.of(1, 2.5, Number.POSITIVE_INFINITY)));
      expect(bitsOf(found.integers)).toBe(bitsOf(BigInt64Array.of(1n, -1n)));
      expect(bitsOf(found.typed)).toBe(bitsOf(Int16Array.of(1, -2, 3)));
      expect(bitsOf(found.flags)).toBe(bitsOf(Int8Array.of(1, 0)));
    }
  });
});

test.each([9, 300])('%i attributes on one object, some of them replaced', async (count) => {
  const { file, writer } = newWriter();
  const names = Array.from({ length: count }, (_, i) => `attribute ${i}`);
  writer.createGroup('/group', Object.fromEntries(names.map((name, i) => [name, i])));
  writer.checkpoint();
  writer.setAttributes('/group', { 'attribute 3': 'replaced' });
  writer.close();
  const found = await withFile(file, (opened) => attributesOf(groupAt(opened, '/group')));
  expect(found).toEqual({
    ...Object.fromEntries(names.map((name, i) => [name, i])),
    'attribute 3': 'replaced',
  });
});

test('an array of more than 64 KB', async () => {
  const { file, writer } = newWriter();
  const large = Float64Array.from({ length: 100_000 }, (_, i) => i);
  writer.createGroup('/group', { small: 1, large });
  writer.checkpoint();
  writer.setAttributes('/group', { small: 2, more: 'text' });
  writer.checkpoint();
  writer.setAttributes('/group', { large: large.subarray(1) });
  writer.close();
  const found = await withFile(file, (opened) => attributesOf(groupAt(opened, '/group')));
  expect(found).toMatchObject({ small: 2, more: 'text' });
  expect(bitsOf(found.large) === bitsOf(large.slice(1))).toBe(true);
});

test('of attributes of which one cannot be, none is set', async () => {
  const { file, writer } = newWriter();
  writer.createGroup('/group', { a: 1 });
  refusal('InvalidConfig', () => writer.setAttributes('/group', { a: 2, b: null as never }));
  writer.close();
  expect(await withFile(file, (opened) => attributesOf(groupAt(opened, '/group')))).toEqual({ a: 1 });
});

test('timestamps tell their units', async () => {
  const { file, writer } = newWriter();
  writer.createDataset('/a', { dtype: 'timestamp', shape: [0] });
  writer.createDataset('/b', { dtype: { kind: 'timestamp', units: 'us since 2000-01-01' }, shape: [0] });
  writer.close();
  await withFile(file, (opened) => {
    expect(attributesOf(datasetAt(opened, '/a'))).toEqual({ units: 'nanoseconds since 1970-01-01' });
    expect(attributesOf(datasetAt(opened, '/b'))).toEqual({ units: 'us since 2000-01-01' });
  });
});
