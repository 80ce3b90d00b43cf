import { join } from 'node:path';
import type { File } from 'h5wasm/node';
import { describe, expect, it } from 'vitest';
import { DiskFile } from '../../../src/backends/hdf5/file.ts';
import { Hdf5Writer } from '../../../src/formats/hdf5/index.ts';
import {
  defineTable,
  f64,
  Hdf5Objects,
  type Hdf5Values,
  type Recorder,
  type RecorderConfig,
} from '../../../src/index.ts';
import { openRecording, verify } from '../../../src/read/index.ts';
import { rejection, scratch } from '../scratch.ts';
import { datasetAt, groupAt, withH5 } from './h5.ts';
import { open, problems } from './own-recorder.ts';

/** Records, closes, and has the HDF5 library look at the file. */
async function recorded<T>(
  simulate: (objects: Hdf5Objects, recorder: Recorder) => void | Promise<void>,
  look: (file: File) => T,
  config: RecorderConfig = {},
): Promise<T> {
  const path = join(scratch(), 'a.h5');
  const recorder = await open(path, config);
  try {
    await simulate(new Hdf5Objects(recorder), recorder);
  } finally {
    await recorder.close();
  }
  expect(problems(await verify(path))).toEqual([]);
  return withH5(path, look);
}

it('groups, with attributes of all kinds', async () => {
  const attributes = {
    text: 'naïve',
    empty: '',
    number: 1.5,
    nan: Number.NaN,
    minus: -0,
    yes: true,
    big: 2n ** 60n,
    huge: 2n ** 63n,
    numbers: [1, -0, Number.NaN],
    none: [],
    texts: ['a', 'é'],
    singles: Float32Array.of(1.5, 2),
    bytes: Uint8Array.of(1, 2),
  };
  await recorded(
    (objects) => {
      objects.createGroup('/a/b/c', attributes);
      objects.createGroup('inner', { of: 'run' });
      objects.setAttributes('/a', { later: 1, text: 'a'.repeat(100_000) });
      objects.setAttributes('/a', { later: 2 });
      objects.setAttributes('/', { project: 'x' });
      objects.setAttributes('/r', { note: 'y' });
    },
    (file) => {
      const { attrs } = groupAt(file, 'a/b/c');
      expect(attrs.text!.value).toBe('naïve');
      expect(attrs.nan!.value).toBeNaN();
      expect(attrs.minus!.value).toBe(-0);
      expect(attrs.big!.value).toBe(2n ** 60n);
      expect(attrs.huge!.value).toBe(2n ** 63n);
      expect(attrs.numbers!.value).toEqual(Float64Array.of(1, -0, Number.NaN));
      expect(attrs.texts!.value).toEqual(['a', 'é']);
      expect(attrs.singles!.value).toEqual(Float32Array.of(1.5, 2));
      expect(attrs.bytes!.value).toEqual(Uint8Array.of(1, 2));
      expect(Object.keys(attrs)).toEqual(Object.keys(attributes));
      expect(groupAt(file, 'r/inner').attrs.of!.value).toBe('run');
      expect(groupAt(file, 'a').attrs.later!.value).toBe(2);
      expect(groupAt(file, 'a').attrs.text!.value).toHaveLength(100_000);
      expect(file.attrs.project!.value).toBe('x');
      expect(groupAt(file, 'r').attrs.note!.value).toBe('y');
    },
  );
});

const I64 = BigInt64Array;
it.each<[dtype: string, values: Hdf5Values, read: unknown]>([
  ['float64', [1, -0, Number.NaN], Float64Array.of(1, -0, Number.NaN)],
  ['f8', [1n, 2, 3], Float64Array.of(1, 2, 3)],
  ['float32', [0.1, Number.POSITIVE_INFINITY, 1e-40], Float32Array.of(0.1, Number.POSITIVE_INFINITY, 1e-40)],
  ['f4', Float64Array.of(0.5, -0, 2), Float32Array.of(0.5, -0, 2)],
  ['int8', [-128, 127, 0], Int8Array.of(-128, 127, 0)],
  ['uint8', [255n, 0, 1], Uint8Array.of(255, 0, 1)],
  ['int16', Int8Array.of(-1, 1, 2), Int16Array.of(-1, 1, 2)],
  ['uint16', [65535, 0, 1], Uint16Array.of(65535, 0, 1)],
  ['int32', [-(2 ** 31), 0, 1], Int32Array.of(-(2 ** 31), 0, 1)],
  ['uint32', [2 ** 32 - 1, 0, 1], Uint32Array.of(2 ** 32 - 1, 0, 1)],
  ['int64', [-(2n ** 63n), 5, 2n ** 53n + 1n], I64.of(-(2n ** 63n), 5n, 2n ** 53n + 1n)],
  ['<i8', [1, 2, 3], I64.of(1n, 2n, 3n)],
  ['uint64', [2n ** 64n - 1n, 5, 0], BigUint64Array.of(2n ** 64n - 1n, 5n, 0n)],
  ['bool', [true, false, 1], [true, false, true]],
  ['str', ['', 'naïve', '\ufeffx'], ['', 'naïve', '\ufeffx']],
  ['S5', ['', 'naïv', 'abcde'], ['', 'naïv', 'abcde']],
  ['datetime64[ns]', [new Date(5), 7n, 8], I64.of(5_000_000n, 7n, 8n)],
])('rows of %s, in chunks and in one piece', async (dtype, values, read) => {
  await recorded(
    (objects) => {
      objects.createDataset('/grows', [0], dtype, { maxShape: [null] }).write(values);
      objects.createDataset('/fixed', [3], dtype).write(values);
      objects
        .createDataset('/cube', [3, 1, 1], dtype, { layout: 'chunked' })
        .write(ArrayBuffer.isView(values) ? values : (values as Hdf5Values[]).map((value) => [[value]]));
      const last = ArrayBuffer.isView(values) ? (values as Float64Array)[2]! : (values as Hdf5Values[])[2]!;
      objects.createDataset('/single', [], dtype).write(last);
    },
    (file) => {
      for (const name of ['grows', 'fixed', 'cube']) {
        const { value, shape } = datasetAt(file, name);
        const found = dtype === 'bool' ? Array.from(value as Uint8Array, Boolean) : value;
        expect(found, name).toEqual(read);
        expect(shape).toEqual(name === 'cube' ? [3, 1, 1] : [3]);
      }
      expect(datasetAt(file, 'single').shape).toEqual([]);
      // Without a limit.
      expect(datasetAt(file, 'grows').metadata.maxshape).toEqual([2 ** 64]);
    },
  );
});

it('byte strings, of any length and of one', async () => {
  await recorded(
    (objects) => {
      const any = objects.createDataset('/any', [0], 'bytes', { maxShape: [null] });
      any.write([new Uint8Array(0), Uint8Array.of(0, 1, 2)]);
      any.write(Uint8Array.of(9));
      objects.createDataset('/fixed', [2], 'V2').write([Uint8Array.of(1, 2), Uint8Array.of(3, 4)]);
    },
    (file) => {
      const any = datasetAt(file, 'any').value as Uint8Array[];
      expect(any.map((one) => [...one])).toEqual([[], [0, 1, 2], [9]]);
      expect(datasetAt(file, 'fixed').metadata.size).toBe(2);
    },
  );
});

describe('a dataset', () => {
  it('is stored as its options say, else as the recording is', async () => {
    const layouts = await recorded(
      (objects) => {
        const shape = { maxShape: [null, 8] } as const;
        objects.createDataset('/a', [0, 8], 'f8', shape).write(new Float64Array(80));
        objects
          .createDataset('/b', [0, 8], 'f8', {
            ...shape,
            chunkRows: 5,
            compression: 'none',
            shuffle: false,
            fletcher32: false,
          })
          .write(new Float64Array(80));
        objects
          .createDataset('/c', [0, 8], 'f8', { ...shape, compression: 'lzf', compressionOpts: 3 })
          .write(new Float64Array(80));
        objects.createDataset('/d', [0], 'str', { maxShape: [null] }).write(['x']);
        objects.createDataset('/e', [10], 'f8', { layout: 'contiguous' }).write(new Float64Array(10));
        objects.createDataset('/f', [10], 'f8');
        objects.createDataset('/g', [1000], 'f8');
      },
      (file) =>
        Object.fromEntries(
          [...'abcdefg'].map((name) => {
            const { filters, metadata } = datasetAt(file, name);
            return [name, [metadata.chunks, filters.map(({ id }) => id)]];
          }),
        ),
      { hdf5: { compression: 'gzip', shuffle: true, fletcher32: true } },
    );
    expect(layouts).toEqual({
      a: [
        [10, 8],
        [2, 1, 3],
      ],
      b: [[5, 8], []],
      c: [
        [10, 8],
        [2, 32000, 3],
      ],
      d: [[1], [2, 1]],
      e: [null, []],
      f: [null, []],
      g: [null, []],
    });
  });

  it('has its fill value where nothing was written', async () => {
    await recorded(
      (objects) => {
        const grows = objects.createDataset('/grows', [5], 'f8', {
          maxShape: [null],
          fillValue: -1,
          chunkRows: 2,
        });
        grows.write([1]);
        grows.write([2], 3);
        objects.createDataset('/rest', [4], 'int32', { layout: 'chunked', fillValue: 7 });
        const fixed = objects.createDataset('/fixed', [2, 2], 'int64', { fillValue: 9n });
        fixed.write([[1, 2]], 1);
        fixed.write([[3, 4]], 1);
        objects.createDataset('/flag', [], 'bool', { fillValue: true });
      },
      (file) => {
        expect(datasetAt(file, 'grows').value).toEqual(Float64Array.of(1, -1, -1, 2, -1));
        expect(datasetAt(file, 'rest').value).toEqual(Int32Array.of(7, 7, 7, 7));
        expect(datasetAt(file, 'fixed').value).toEqual(I64.of(9n, 9n, 3n, 4n));
      },
    );
  });

  it('takes rows of several parts, numbers and texts', async () => {
    const width = 100_000;
    const row = (k: number) => Float64Array.from({ length: width }, (_, i) => i * k);
    const text = (k: number) => String.fromCharCode(97 + k).repeat(150_000);
    await recorded(
      (objects) => {
        const wide = objects.createDataset('/wide', [0, width], 'f8', { maxShape: [null, width] });
        wide.write(row(1));
        wide.write([row(2), row(3)]);
        wide.write(row(5), 4);
        const texts = objects.createDataset('/texts', [0, 3], 'str', { maxShape: [null, 3] });
        texts.write([0, 1].map((k) => [text(k), text(k + 1), 'short']));
      },
      (file) => {
        const wide = datasetAt(file, 'wide');
        expect(wide.shape).toEqual([5, width]);
        for (const k of [1, 2, 3, 0, 5]) {
          const at = [1, 2, 3, 0, 5].indexOf(k);
          expect(wide.slice([[at, at + 1]])).toEqual(row(k));
        }
        expect(datasetAt(file, 'texts').value).toEqual([
          text(0),
          text(1),
          'short',
          text(1),
          text(2),
          'short',
        ]);
      },
    );
  });
});

it('attributes of what is recorded are set when the writer comes to it, also of finished episodes', async () => {
  await recorded(
    async (objects, recorder) => {
      recorder.table(defineTable('sample', { x: f64({ unit: 'm' }) })).append({ x: 1 });
      recorder.recordStep({ reward: 1 }, 0, 1);
      objects.setAttributes('episode_000001', { first: 1 });
      objects.setAttributes('tables/sample', { quality: 'good' });
      objects.setAttributes('tables/sample/x', { sensor: 'left' });
      for (let episode = 1; episode <= 60; episode++) {
        recorder.recordStep({ reward: episode }, 1, episode);
        recorder.recordEpisode({ success: true }, episode);
        if (episode % 20 === 0) await recorder.flush();
      }
      objects.setAttributes('episode_000001', { second: 2 });
      objects.setAttributes('episode_000002/reward', { note: 'seen' });
      await recorder.flush();
    },
    (file) => {
      const { attrs } = groupAt(file, 'r/episode_000001');
      expect([attrs.first!.value, attrs.second!.value]).toEqual([1, 2]);
      expect(attrs.success!.value).toBeTruthy();
      expect(datasetAt(file, 'r/episode_000001/reward').value).toEqual(Float64Array.of(1, 1));
      expect(datasetAt(file, 'r/episode_000002/reward').attrs.note!.value).toBe('seen');
      expect(groupAt(file, 'r/tables/sample').attrs.quality!.value).toBe('good');
      const { attrs: column } = datasetAt(file, 'r/tables/sample/x');
      expect([column.units!.value, column.sensor!.value]).toEqual(['m', 'left']);
    },
    { hdf5: { journalBytes: 65_536 } },
  );
});

it('attributes that are too large to be read do not hide the recording', async () => {
  const path = join(scratch(), 'a.h5');
  const recorder = await open(path);
  recorder.recordStep({ reward: 1 }, 0, 1);
  await recorder.close();
  const file = new DiskFile(path, 'r+', false);
  const writer = new Hdf5Writer(file, {}, file);
  writer.setAttributes('/', { large: new Uint8Array(2 ** 24 + 1) });
  writer.close();
  file.close();
  using reader = await openRecording(path);
  expect((await reader.table('steps').columns()).reward!.values).toEqual(Float64Array.of(1));
  expect(problems(await verify(path))).toEqual([]);
});

it('attributes of what is not there are rejected, and the recording goes on', async () => {
  const path = join(scratch(), 'a.h5');
  const recorder = await open(path);
  recorder.on('error', () => {});
  const objects = new Hdf5Objects(recorder);
  objects.setAttributes('episode_000009', { a: 1 });
  recorder.recordStep({ reward: 1 }, 0, 1);
  objects.createGroup('after');
  const error = await rejection('RowsRejected', recorder.flush());
  expect(error.message).toMatch(/there is no \/r\/episode_000009/);
  expect(error.fields.rows).toMatchObject([{ row: { kind: 'attributes', path: '/r/episode_000009' } }]);
  expect(recorder.metrics().tables.simtape_hdf5).toMatchObject({ submitted: 2, written: 1, rejected: 1 });
  await recorder.close();
  await withH5(path, (file) => expect(groupAt(file, 'r').keys()).toContain('after'));
});

it('two threads cannot make the same object, and what the later one writes to it is rejected', async () => {
  const path = join(scratch(), 'a.h5');
  const recorder = await open(path);
  recorder.on('error', () => {});
  const other = await open(join(scratch(), 'b.h5'));
  // Another thread has an object of this kind of its own, which knows nothing of the first.
  const [first, second] = [new Hdf5Objects(recorder), new Hdf5Objects(withTablesOf(other, recorder))];
  first.createDataset('/same', [2], 'f8').write([1, 2]);
  second.createDataset('/same', [2], 'f8').write([3, 4]);
  await rejection('RowsRejected', recorder.flush());
  expect(recorder.metrics().tables.simtape_hdf5).toMatchObject({ written: 2, rejected: 2 });
  await Promise.all([recorder.close(), other.close()]);
  await withH5(path, (file) => expect(datasetAt(file, 'same').value).toEqual(Float64Array.of(1, 2)));
});

/** A recorder that hands rows to another one, as a lane does. */
function withTablesOf(recorder: Recorder, target: Recorder): Recorder {
  return new Proxy(recorder, {
    get: (of, name) => {
      if (name === 'table') return target.table.bind(target);
      const value: unknown = Reflect.get(of, name, of);
      return typeof value === 'function' ? value.bind(of) : value;
    },
  });
}
