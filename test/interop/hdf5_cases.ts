/**
 * Writes HDF5 files with every type and filter, each with a JSON file of what it holds, for hdf5_check.py and the
 * tools of HDF5: `node test/interop/hdf5_cases.ts FOLDER`.
 */
import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import {
  type Filters,
  type Hdf5Sink,
  type Hdf5Source,
  Hdf5Writer,
  type RowData,
} from '../../src/formats/hdf5/index.ts';
import { FILTER_CASES, filterName, filtersFor, TYPE_CASES } from '../formats/hdf5/support/cases.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('give the folder to write to');
mkdirSync(folder, { recursive: true });

/** What hdf5_check.py compares: bits of numbers, texts, bytes of each row. */
interface Expected {
  readonly datasets: Record<string, { shape: number[]; values: string | string[] }>;
  readonly attributes: Record<string, Record<string, string | string[] | number>>;
  /** Names in the order in which they were created. */
  readonly children: Record<string, string[]>;
  /** A dataset of which a byte is to be changed. */
  readonly corruptible?: string;
}

function spell(data: RowData): string | string[] {
  if (!Array.isArray(data)) {
    const { buffer, byteOffset, byteLength } = data as Uint8Array;
    return Buffer.from(buffer, byteOffset, byteLength).toString('hex');
  }
  return data.map((value) =>
    typeof value === 'string' ? value : Buffer.from(value as Uint8Array).toString('hex'),
  );
}

function write(
  name: string,
  fill: (writer: Hdf5Writer, expected: Expected, file: Hdf5Sink & Hdf5Source) => void,
  close = true,
): void {
  const file = openSync(join(folder!, `${name}.h5`), 'w+');
  const sink: Hdf5Sink & Hdf5Source = {
    write: (offset, bytes) => void writeSync(file, bytes, 0, bytes.length, offset),
    get size() {
      return fstatSync(file).size;
    },
    read(offset, length) {
      const bytes = new Uint8Array(length);
      readSync(file, bytes, 0, length, offset);
      return bytes;
    },
  };
  const writer = new Hdf5Writer(sink, {
    deflate: (bytes, level) => deflateSync(bytes, { level }),
    deflateBlocks: (bytes, level) => deflateRawSync(bytes, { level, finishFlush: constants.Z_SYNC_FLUSH }),
  });
  const expected: Expected = { datasets: {}, attributes: {}, children: {} };
  fill(writer, expected, sink);
  if (close) writer.close();
  closeSync(file);
  writeFileSync(join(folder!, `${name}.json`), JSON.stringify(expected));
}

function everything(filters: Filters): (writer: Hdf5Writer, expected: Expected) => void {
  return (writer, expected) => {
    const names: string[] = [];
    for (const type of TYPE_CASES) {
      const { name, dtype, elements } = type;
      // h5dump takes seconds to print a thousand values of an enumeration of 700.
      for (const rows of name === 'large enum' ? [0, 1, 99] : [0, 1, 99, 1000]) {
        const path = `/${name}/${rows}`;
        const dataset = writer.createDataset(path, {
          dtype,
          shape: [0, 2],
          chunkRows: 64,
          filters: filtersFor(type, filters),
        });
        for (let from = 0; from < rows; from += 77)
          dataset.append(elements(from * 2, Math.min(rows, from + 77) * 2));
        expected.datasets[path] = { shape: [rows, 2], values: spell(elements(0, rows * 2)) };
      }
      names.push(name);
      writer.checkpoint();
    }
    expected.children['/'] = names;
    if (filters.fletcher32) Object.assign(expected, { corruptible: '/f64/1000' });
  };
}

for (const filters of FILTER_CASES) write(`types ${filterName(filters)}`, everything(filters));
for (const shuffle of [false, true]) {
  const filters = { shuffle, compression: 'lzf', fletcher32: shuffle } as const;
  write(`types ${filterName(filters)}`, everything(filters));
}

write('fixed', (writer, expected) => {
  for (const { name, dtype, elements } of TYPE_CASES) {
    for (const rows of [1, 5, name === 'large enum' ? 600 : 5000]) {
      const path = `/${name}/${rows}`;
      writer.createFixedDataset(path, { dtype, shape: [rows], data: elements(0, rows) });
      expected.datasets[path] = { shape: [rows], values: spell(elements(0, rows)) };
    }
  }
});

/** Walks at random, whose lower bytes are noise, which deflate stores and LZF skips. */
for (const compression of [{ deflate: 1 }, { deflate: 6 }, 'lzf'] as const) {
  write(`noise ${compression === 'lzf' ? 'lzf' : compression.deflate}`, (writer, expected) => {
    let state = 1;
    let value = 0;
    const walk = Float64Array.from({ length: 100_000 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      value += (state / 2 ** 32 - 0.5) * Math.PI;
      return value;
    });
    const filters = { shuffle: true, compression, fletcher32: true };
    writer.createDataset('/walk', { dtype: 'f64', shape: [0], chunkRows: 8192, filters }).append(walk);
    expected.datasets['/walk'] = { shape: [100_000], values: spell(walk) };
  });
}

write('attributes', (writer, expected) => {
  const texts = { empty: '', text: 'naïve 日本語 😀', long: 'ü'.repeat(100_000), ünï: 'x' };
  const attributes = { seed: 2n ** 53n - 1n, half: 0.5, ...texts, list: ['a', '', 'ü'] };
  writer.createGroup('/few', attributes);
  writer.createGroup(
    '/many',
    Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`a ${(i * 7) % 200}`, i])),
  );
  expected.attributes['/few'] = { ...attributes, seed: Number(attributes.seed) };
  expected.attributes['/many'] = Object.fromEntries(
    Array.from({ length: 200 }, (_, i) => [`a ${(i * 7) % 200}`, i]),
  );
});

write('large attribute', (writer, expected) => {
  writer.createGroup('/large', { before: 1, large: new Float64Array(50_000), after: 2 });
  writer.checkpoint();
  writer.setAttributes('/large', { before: 3, more: 'x' });
  expected.attributes['/large'] = { before: 3, large: 50_000, after: 2, more: 'x' };
});

/** Finished backwards, and gone on with: the order in which groups were made stays. */
write(
  'continued',
  (writer, expected, file) => {
    const names = Array.from({ length: 200 }, (_, i) => `${(i * 7919) % 1009}`);
    for (const name of names.slice(0, 150)) writer.createGroup(`/run/${name}`);
    for (const name of names.slice(0, 150).reverse()) writer.finish(`/run/${name}`);
    writer.checkpoint();
    const second = new Hdf5Writer(file, {}, file);
    for (const name of names.slice(0, 150)) second.setAttributes(`/run/${name}`, { again: 1 });
    for (const name of names.slice(150)) second.createGroup(`/run/${name}`);
    second.close();
    expected.children['/run'] = names;
  },
  false,
);

/** A recording of 10,000 episodes that was not closed: what is behind its last checkpoint is not to be seen. */
write(
  'killed',
  (writer, expected) => {
    const names: string[] = [];
    const rewards = writer.createDataset('/all', { dtype: 'f64', shape: [0], chunkRows: 100 });
    for (let i = 0; i < 10_000; i++) {
      const path = `/run/episode ${i}`;
      writer.createDataset(`${path}/reward`, { dtype: 'i32', shape: [0] }).append(Int32Array.of(i, -i));
      rewards.append(Float64Array.of(i, 0.5));
      writer.finish(path);
      names.push(`episode ${i}`);
      if (i % 500 === 0) writer.checkpoint();
      if (i % 100 === 0)
        expected.datasets[`${path}/reward`] = { shape: [2], values: spell(Int32Array.of(i, -i)) };
    }
    writer.checkpoint();
    expected.children['/run'] = names;
    const all = Float64Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? i / 2 : 0.5));
    expected.datasets['/all'] = { shape: [20_000], values: spell(all) };
    rewards.append(new Float64Array(1_000_000));
    writer.createGroup('/run/lost');
  },
  false,
);
