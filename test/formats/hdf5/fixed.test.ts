import { describe, expect, test } from 'vitest';
import type { FixedDataset, FixedOptions } from '../../../src/formats/hdf5/index.ts';
import { refusal } from '../../support/errors.ts';
import fc from '../../support/fast-check.ts';
import { TYPE_CASES, type TypeCase } from './support/cases.ts';
import { datasetAt, expectSame, plain, withFile } from './support/h5wasm.ts';
import { continueWriter, newWriter, readingWriter } from './support/writers.ts';

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('put' as const), at: fc.nat(99), count: fc.nat(40) }) },
  fc.record({ do: fc.constantFrom('checkpoint' as const, 'continue' as const, 'unload' as const) }),
);

/** Elements one by one, as h5wasm would give them together. */
function together(items: readonly unknown[]): unknown {
  return typeof items[0] === 'string' ? items.join('') : items.flat();
}

test('a dataset of a fixed shape holds what was written to each place last', async () => {
  const commands = fc.array(step, { maxLength: 20 });
  const type = fc.constantFrom<TypeCase>(...TYPE_CASES);
  await fc.assert(
    fc.asyncProperty(
      type,
      fc.constantFrom(3, 100),
      fc.boolean(),
      commands,
      async (type, size, compact, steps) => {
        const { file, writer: first } = readingWriter();
        let writer = first;
        const options: FixedOptions = { dtype: type.dtype, shape: [size], compact };
        const start = type.elements(500, 500 + size);
        let dataset: FixedDataset = writer.createFixedDataset('/a/b', { ...options, data: start });
        const wanted = Array.from({ length: size }, (_, i) => plain(type.elements(500 + i, 501 + i)));
        for (const one of steps) {
          if (one.do === 'put') {
            const at = one.at % size;
            const end = Math.min(size, at + one.count);
            dataset.put(type.elements(at, end), at);
            for (let i = at; i < end; i++) wanted[i] = plain(type.elements(i, i + 1));
            continue;
          }
          writer.checkpoint();
          if (one.do === 'unload') writer.unload('/a/b');
          if (one.do === 'continue') writer = continueWriter(file, file, { readBack: file });
          dataset = writer.openFixedDataset('/a/b', options);
        }
        writer.close();
        await withFile(file, (opened) =>
          expectSame(plain(datasetAt(opened, '/a/b').value), together(wanted)),
        );
      },
    ),
    { numRuns: 150 },
  );
});

describe('a dataset of a fixed shape', () => {
  test('that has more than 1 KB needs the file to be read, once it is stored', () => {
    const { writer } = newWriter();
    const dataset = writer.createFixedDataset('/a', { dtype: 'f64', shape: [200] });
    dataset.put(Float64Array.of(1), 7);
    writer.checkpoint();
    expect(refusal('InvalidConfig', () => dataset.put(Float64Array.of(1), 7)).message).toMatch(/readBack/);
  });

  test('is opened only as what it is', () => {
    const { file, writer } = newWriter();
    writer.createFixedDataset('/a', { dtype: 'f64', shape: [2], fillValue: 1 });
    writer.createDataset('/grows', { dtype: 'f64', shape: [0] });
    writer.createGroup('/group');
    writer.checkpoint();
    const second = continueWriter(file);
    const options: FixedOptions = { dtype: 'f64', shape: [2], fillValue: 1 };
    for (const other of [{ dtype: 'f32' }, { shape: [3] }, { fillValue: 2 }]) {
      refusal('InvalidConfig', () => second.openFixedDataset('/a', { ...options, ...other } as FixedOptions));
    }
    refusal('InvalidConfig', () => second.openFixedDataset('/grows', options));
    refusal('InvalidConfig', () => second.openFixedDataset('/group', options));
    refusal('NotFound', () => second.openFixedDataset('/b', options));
    refusal('InvalidBatch', () => second.openFixedDataset('/a', options).put(Float64Array.of(1, 2), 1));
  });
});

describe('a finished dataset of 1 KB at the most', () => {
  test.each(TYPE_CASES.map((type) => [type.name, type] as const))(
    'of %s stands in its header',
    async (_, type) => {
      const filters = { shuffle: true, compression: { deflate: 1 } };
      const { file, writer } = newWriter();
      const options = { dtype: type.dtype, chunkRows: 50, filters, compactWhenSmall: true };
      const parts = writer.createDataset('/checkpoints', { ...options, shape: [0] });
      for (let from = 0; from < 20; from += 4) {
        parts.append(type.elements(from, from + 4));
        writer.checkpoint();
      }
      writer.createDataset('/rows', { ...options, shape: [0, 2] }).append(type.elements(0, 8));
      writer.createDataset('/none', { ...options, shape: [0] });
      const grown = writer.createDataset('/grown', { ...options, shape: [0], chunkRows: 10 });
      grown.append(type.elements(0, 11));
      writer.finish('/rows');
      writer.close();
      await withFile(file, (opened) => {
        for (const [name, count, chunks] of [
          ['checkpoints', 20, null],
          ['rows', 8, null],
          ['none', 0, [50]],
          ['grown', 11, [10]],
        ] as const) {
          const { value, metadata } = datasetAt(opened, name);
          expectSame(plain(value), plain(type.elements(0, count)));
          expect(metadata.chunks).toEqual(chunks);
        }
      });
    },
  );

  test('gives back the space of what checkpoints had of it', () => {
    const { writer } = newWriter();
    for (let i = 0; i < 50; i++) {
      const dataset = writer.createDataset(`/${i}`, { dtype: 'f64', shape: [0], compactWhenSmall: true });
      dataset.append(new Float64Array(10));
      writer.checkpoint();
      dataset.append(new Float64Array(10));
      writer.finish(`/${i}`);
    }
    for (let i = 0; i < 4; i++) {
      writer.setAttributes('/', { i });
      writer.checkpoint();
    }
    // A header with 160 bytes of data, and the index of the groups.
    expect(writer.size - writer.superseded).toBeLessThan(50 * 500 + 10_000);
  });

  test('is refused as one to go on with', () => {
    const { file, writer } = newWriter();
    const options = { dtype: 'f64', shape: [0], compactWhenSmall: true } as const;
    writer.createDataset('/a', options).append(Float64Array.of(1));
    writer.close();
    expect(refusal('InvalidConfig', () => continueWriter(file).openDataset('/a', options)).message).toMatch(
      /grow/,
    );
  });
});
