import { describe, expect, test } from 'vitest';
import { type ChunkedOptions, Hdf5Writer } from '../../../src/formats/hdf5/index.ts';
import { refusal } from '../../support/errors.ts';
import { datasetAt, groupAt, withFile } from './support/h5wasm.ts';
import { MemoryFile } from './support/memory-file.ts';
import { continueWriter, newWriter } from './support/writers.ts';

const F64: ChunkedOptions = { dtype: 'f64', shape: [0] };

describe('options that cannot be', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['szip', { filters: { compression: 'szip' } }, /szip.*deflate: 1.*lzf/],
    ['another compression', { filters: { compression: 'zip' } }, /no compression "zip".*'lzf'/],
    ['a level of 0', { filters: { compression: { deflate: 0 } } }, /level of deflate is 0.*1 to 9/],
    ['a level of text', { filters: { compression: { deflate: '4' } } }, /level of deflate is "4"/],
    ['a shape of nothing', { shape: [] }, /shape array of 0/],
    ['rows of nothing', { shape: [0, 0] }, /shape/],
    ['half a row', { shape: [0.5] }, /shape/],
    ['no rows of a chunk', { chunkRows: 0 }, /chunks of 0 rows: take 1 to/],
    ['chunks of 4 GB', { chunkRows: 2 ** 29 }, /chunks of 536870912 rows/],
    ['less rows than there are', { shape: [10], maxRows: 5 }, /at most 5 rows/],
    ['text as a fill value', { fillValue: 'x' }, /cannot be filled with "x"/],
    ['a fill value out of range', { dtype: 'u8', fillValue: 256 }, /cannot hold its fill value 256/],
    ['a fraction as a fill value', { dtype: 'i64', fillValue: 0.5 }, /cannot be filled with 0.5/],
    [
      'a checksum of text',
      { dtype: 'utf8', filters: { fletcher32: true } },
      /cannot have fletcher32.*give the type a length/,
    ],
    ['a fill value of text', { dtype: 'utf8', fillValue: 1 }, /utf8 cannot be filled with 1/],
    ['a text of no length', { dtype: { kind: 'utf8', length: 0 } }, /length 0 cannot be/],
    ['an enum of nothing', { dtype: { kind: 'enum', labels: [] } }, /1 to 65535 labels, not 0/],
    ['a label twice', { dtype: { kind: 'enum', labels: ['a', 'a'] } }, /each label once/],
    ['a label that ends early', { dtype: { kind: 'enum', labels: ['a\0b'] } }, /cannot have the label/],
    ['a label that is no text', { dtype: { kind: 'enum', labels: ['\ud800'] } }, /cannot have the label/],
  ])('%s', async (_, options, message) => {
    const { file, writer } = newWriter();
    const refused = refusal('InvalidConfig', () =>
      writer.createDataset('/a/b', { ...F64, ...options } as ChunkedOptions),
    );
    expect(refused.message).toMatch(message);
    writer.close();
    expect(await withFile(file, (opened) => groupAt(opened, '/').keys())).toEqual([]);
  });

  test('deflate without a function that compresses', () => {
    const writer = new Hdf5Writer(new MemoryFile());
    const options = { ...F64, filters: { compression: { deflate: 1 } } };
    expect(refusal('InvalidConfig', () => writer.createDataset('/a', options)).message).toMatch(
      /pass `deflate`/,
    );
  });

  const long = `/${'x'.repeat(20_001)}`;
  test.each(['a', '', '/a//b', '/a/', '/./a', '/a\0', '/\ud800', '/', '/there', '/there/x', long])(
    'the path %j',
    (path) => {
      const { writer } = newWriter();
      writer.createDataset('/there', F64);
      expect(refusal('InvalidConfig', () => writer.createDataset(path, F64)).message).toMatch(
        /path .* cannot be/,
      );
    },
  );

  test('groups on the way where none are made', () => {
    const { writer } = newWriter({ intermediateGroups: false });
    expect(refusal('InvalidConfig', () => writer.createGroup('/a/b')).message).toMatch(
      /intermediateGroups is off/,
    );
    writer.createGroup('/a');
    writer.createGroup('/a/b');
    expect(writer.has('/a/b')).toBe(true);
    expect(writer.has('/a/c')).toBe(false);
  });

  test.each([
    [{ '': 1 }],
    [{ 'a\0': 1 }],
    [{ a: 'a\0b' }],
    [{ '\ud800': 1 }],
    [{ a: ['b', '\udfff'] }],
    [{ a: null }],
    [{ a: [1, 'b'] }],
    [{ a: {} }],
    [{ a: 2n ** 64n }],
    [{ a: [1n, 2n ** 64n] }],
  ])('the attributes %o', (attributes) => {
    const { writer } = newWriter();
    refusal('InvalidConfig', () => writer.setAttributes('/', attributes as never));
    refusal('InvalidConfig', () => writer.createGroup('/group', attributes as never));
    expect(writer.has('/group')).toBe(false);
  });
});

describe('rows that do not fit are refused, and the dataset stays as it was', () => {
  test.each<[string, Partial<ChunkedOptions>, unknown, RegExp]>([
    ['another array', {}, Float32Array.of(1), /takes a Float64Array for f64, not Float32Array of 1/],
    ['a list of numbers', {}, [1], /takes a Float64Array/],
    ['half a row', { shape: [0, 3] }, Float64Array.of(1, 2, 3, 4), /4 elements are no rows of 3/],
    ['too many', { maxRows: 3 }, Float64Array.of(1, 2, 3, 4), /4 rows, but 3 is the most/],
    [
      'a code without a label',
      { dtype: { kind: 'enum', labels: ['a'] } },
      Uint8Array.of(0, 1),
      /row 1.*code 1 has no label/,
    ],
    ['text for bytes', { dtype: 'bytes' }, ['a'], /takes Uint8Arrays/],
    ['a number for text', { dtype: 'utf8' }, ['a', 1], /row 1.*1 is neither text nor bytes/],
    ['a text that ends early', { dtype: 'utf8' }, ['a', 'b\0c'], /row 1.*U\+0000.*store it as bytes/],
    ['a text that UTF-8 has not', { dtype: 'utf8' }, ['a', '\ud800'], /row 1.*no well-formed Unicode/],
    [
      'a span that ends early',
      { dtype: 'utf8' },
      { bytes: Uint8Array.of(1, 0), spans: Uint32Array.of(0, 2) },
      /U\+0000/,
    ],
    [
      'a span behind the bytes',
      { dtype: 'utf8' },
      { bytes: Uint8Array.of(1), spans: Uint32Array.of(0, 2) },
      /behind the bytes/,
    ],
    [
      'a text too long',
      { dtype: { kind: 'utf8', length: 3 } },
      ['äö'],
      /4 bytes of UTF-8, but 3 is the most/,
    ],
    [
      'bytes too short',
      { dtype: { kind: 'bytes', length: 3 } },
      [Uint8Array.of(1)],
      /1 bytes, but 3 is what each has/,
    ],
  ])('%s', (_, options, data, message) => {
    const { writer } = newWriter();
    const dataset = writer.createDataset('/a', { ...F64, ...options });
    expect(refusal('InvalidBatch', () => dataset.append(data as never)).message).toMatch(message);
    expect(dataset.rows).toBe(0);
  });

  test('validity of another length, parts of different lengths, and no number of rows', () => {
    const { writer } = newWriter();
    const dataset = writer.createDataset('/a', { dtype: 'f64', shape: [0, 2] });
    refusal('InvalidBatch', () => dataset.append(Float64Array.of(1, 2), Uint8Array.of(1, 1)));
    refusal('InvalidBatch', () => dataset.appendParts([Float64Array.of(1), Float64Array.of(1, 2)]));
    refusal('InvalidBatch', () => dataset.appendParts([Float64Array.of(1)]));
    refusal('InvalidBatch', () => dataset.appendFill(-1));
    refusal('InvalidBatch', () =>
      writer.createFixedDataset('/b', { dtype: 'i8', shape: [2], data: Int8Array.of(1) }),
    );
    expect(dataset.rows).toBe(0);
    expect(writer.has('/b')).toBe(false);
  });
});

describe('objects that are finished', () => {
  test('take nothing more, and what they hold is there', async () => {
    const { file, writer } = newWriter();
    const dataset = writer.createDataset('/run/a/values', F64);
    dataset.append(Float64Array.of(1, 2));
    writer.finish('/run/a');
    refusal('InvalidConfig', () => dataset.append(Float64Array.of(3)));
    refusal('InvalidConfig', () => writer.setAttributes('/run/a', { more: 1 }));
    refusal('InvalidConfig', () => writer.createGroup('/run/a/b'));
    refusal('NotFound', () => writer.finish('/run/b'));
    refusal('NotFound', () => writer.setAttributes('/nowhere', {}));
    refusal('InvalidConfig', () => writer.finish('/'));
    writer.finish('/run/a');
    writer.close();
    writer.close();
    refusal('InvalidConfig', () => writer.createGroup('/late'));
    refusal('InvalidConfig', () => dataset.setAttributes({ late: true }));
    refusal('InvalidConfig', () => writer.checkpoint());
    expect(await withFile(file, (opened) => datasetAt(opened, '/run/a/values').value)).toEqual(
      Float64Array.of(1, 2),
    );
  });
});

describe('files that cannot be continued', () => {
  test('other bytes, a superblock that was changed, a file that was cut', () => {
    const empty = new MemoryFile();
    refusal('NotARecording', () => continueWriter(empty));
    const { file, writer } = newWriter();
    writer.createDataset('/a', F64).append(new Float64Array(1000));
    writer.close();
    const changed = file.clone();
    changed.write(40, Uint8Array.of(1));
    expect(refusal('NotARecording', () => continueWriter(changed)).message).toMatch(/superblock/);
    const cut = new MemoryFile();
    cut.write(0, file.bytes.subarray(0, file.size - 8));
    expect(refusal('NotARecording', () => continueWriter(cut)).message).toMatch(/superblock says/);
  });

  test('datasets made with other options', () => {
    const { file, writer } = newWriter();
    writer.createDataset('/a', { ...F64, chunkRows: 4, fillValue: 1 }).append(new Float64Array(7));
    writer.createFixedDataset('/fixed', { dtype: 'i8', shape: [1], data: Int8Array.of(1) });
    writer.createGroup('/group');
    writer.checkpoint();
    const second = continueWriter(file);
    const options = { ...F64, chunkRows: 4, fillValue: 1 };
    for (const other of [
      { dtype: 'f32' },
      { fillValue: 2 },
      { filters: { shuffle: true } },
      { chunkRows: 5 },
      { shape: [0, 1] },
    ]) {
      refusal('InvalidConfig', () => second.openDataset('/a', { ...options, ...other } as ChunkedOptions));
    }
    refusal('InvalidConfig', () => second.openDataset('/fixed', { dtype: 'i8', shape: [0] }));
    refusal('InvalidConfig', () => second.openDataset('/group', F64));
    refusal('NotFound', () => second.openDataset('/b', F64));
    const dataset = second.openDataset('/a', options);
    expect(second.openDataset('/a', options)).toBe(dataset);
    expect(dataset.rows).toBe(7);
  });

  test('a dataset whose index has its final form', () => {
    const { file, writer } = newWriter();
    const options = { ...F64, chunkRows: 1 };
    writer.createDataset('/a', options).append(new Float64Array(50));
    writer.close();
    expect(refusal('InvalidConfig', () => continueWriter(file).openDataset('/a', options)).message).toMatch(
      /finished/,
    );
  });
});
