import { copyFileSync, cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { File } from 'h5wasm/node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DiskFile } from '../../../src/backends/hdf5/file.ts';
import { Hdf5Writer } from '../../../src/formats/hdf5/index.ts';
import {
  createRecorder,
  defineTable,
  f64,
  Hdf5Objects,
  type Hdf5Values,
  type Recorder,
  type RecorderConfig,
} from '../../../src/index.ts';
import { openRecording, recover, type VerifyReport, verify } from '../../../src/read/index.ts';
import { damage } from '../../read/verify/damage.ts';
import { rejection, scratch } from '../scratch.ts';
import { datasetAt, groupAt, withH5 } from './h5.ts';

afterEach(() => vi.restoreAllMocks());

const problems = ({ checks }: VerifyReport) => checks.flatMap((check) => check.problems);
const open = (path: string, config: RecorderConfig = {}): Promise<Recorder> =>
  createRecorder({ backend: 'hdf5', path, runId: 'r', thread: false, ...config });

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

/** Copies a recording as a kill would leave it now; its process is taken for gone. */
function crash(path: string, to: string): void {
  copyFileSync(path, to);
  if (existsSync(`${path}.journal`)) cpSync(`${path}.journal`, `${to}.journal`, { recursive: true });
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

/** Objects of several kinds, some of them in the frames of a simulation. */
function* simulate(recorder: Recorder): Generator<number, void> {
  const objects = new Hdf5Objects(recorder);
  objects.createGroup('/own', { made: 'first' });
  const grows = objects.createDataset('/own/grows', [0, 3], 'f8', { maxShape: [null, 3], chunkRows: 4 });
  const wide = objects.createDataset('/own/wide', [2, 50_000], 'int32', { maxShape: [null, 50_000] });
  const fixed = objects.createDataset('/own/fixed', [500], 'f8', { fillValue: -1 });
  const texts = objects.createDataset('/own/texts', [0], 'str', { maxShape: [null], chunkRows: 3 });
  const single = objects.createDataset('/own/single', [], 'int64');
  for (let i = 0; i < 30; i++) {
    recorder.recordFrame(i);
    grows.write([i, -0, Number.NaN]);
    fixed.write([i], i * 3);
    texts.write(`text ${i}`);
    single.write(i);
    if (i % 7 === 0) wide.write(new Int32Array(50_000).fill(i));
    recorder.recordStep({ reward: i }, i, 1);
    recorder.endFrame();
    objects.setAttributes('/own', { [`at_${i % 4}`]: i });
    objects.setAttributes('episode_000001', { seen: i });
    yield i;
  }
}

/** What the file holds of it, when it is whole. */
async function contents(path: string): Promise<unknown> {
  return withH5(path, (file) => {
    const values = ['grows', 'wide', 'fixed', 'texts', 'single'].map((name) => {
      const { shape, value } = datasetAt(file, `own/${name}`);
      return [name, shape, value];
    });
    const attributes = Object.entries(groupAt(file, 'own').attrs).map(([name, { value }]) => [name, value]);
    return [values, attributes, groupAt(file, 'r/episode_000001').attrs.seen!.value];
  });
}

describe.each([
  ['with few checkpoints', {}],
  ['with many', { journalBytes: 65_536 }],
])('%s', (_, hdf5) => {
  it('a run that was cut off at any moment is recovered with what there was', async () => {
    const folder = scratch();
    const path = join(folder, 'run.h5');
    const recorder = await open(path, { hdf5 });
    const moments: string[] = [];
    for (const i of simulate(recorder)) {
      await recorder.flush();
      if (i % 5 !== 4) continue;
      const copy = join(folder, `crashed-${i}.h5`);
      crash(path, copy);
      moments.push(copy);
    }
    await recorder.close();
    vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('gone'), { code: 'ESRCH' });
    });
    for (const [k, copy] of moments.entries()) {
      expect(await recover(copy)).toMatchObject({ outcome: 'recovered', losses: [] });
      expect(problems(await verify(copy))).toEqual([]);
      const until = join(folder, `until-${k}.h5`);
      const again = await open(until, { hdf5 });
      for (const i of simulate(again)) if (i === k * 5 + 4) break;
      await again.close();
      expect(await contents(copy)).toEqual(await contents(until));
    }
    using reader = await openRecording(moments.at(-1)!);
    expect(
      reader
        .tables()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['episodes', 'simulation_frame', 'steps']);
  });

  it('a write that fails is made up for', async () => {
    const folder = scratch();
    const [path, wanted] = [join(folder, 'run.h5'), join(folder, 'wanted.h5')];
    const sound = await open(wanted, { hdf5 });
    for (const _ of simulate(sound));
    await sound.close();
    const recorder = await open(path, { hdf5 });
    let failures = 0;
    for (const i of simulate(recorder)) {
      const write = vi.spyOn(DiskFile.prototype, 'write');
      if (i % 4 === 2) {
        write.mockImplementationOnce(() => {
          failures++;
          throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        });
      }
      await recorder.flush();
      write.mockRestore();
    }
    await recorder.close();
    expect(failures).toBeGreaterThan(0);
    expect(problems(await verify(path))).toEqual([]);
    expect(await contents(path)).toEqual(await contents(wanted));
  });
});

it('verify finds a damaged chunk of a dataset of one’s own', async () => {
  const path = join(scratch(), 'a.h5');
  const recorder = await open(path);
  const values = Float64Array.from({ length: 5000 }, (_, i) => Math.sin(i));
  new Hdf5Objects(recorder).createDataset('/own', [5000], 'f8', { layout: 'chunked' }).write(values);
  await recorder.close();
  const [check] = (await verify(path)).checks.filter(({ name }) => name === 'datasets of your own');
  expect(check).toMatchObject({ ok: true, extent: '1 dataset' });
  // The end of the file are its chunks.
  damage(path, (bytes) => bytes.fill(0x5a, bytes.length - 9000, bytes.length - 8970));
  expect(problems(await verify(path))).toEqual([expect.stringMatching(/^\/own: /)]);
});
