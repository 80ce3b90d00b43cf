import { execFileSync } from 'node:child_process';
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import { File, ready } from 'h5wasm/node';
import { Hdf5Writer } from '../../src/formats/hdf5/index.ts';
import { CHUNK_ROWS, FILTERS, type FilterName } from './data.ts';

/** What writing a file took. */
export interface Run {
  readonly seconds: number;
  /** Seconds of the processor, which other programs disturb less. */
  readonly processor: number;
  readonly bytes: number;
}

/** Rows that a recorder hands over at a time. */
const BATCH_ROWS = 4096;

/** Our writer, as a recorder drives it: some rows of each column in turn. */
export function writeOurs(path: string, columns: readonly Float64Array[], filter: FilterName): Run {
  const elapsed = stopwatch();
  const file = openSync(path, 'w');
  const sink = {
    write: (offset: number, bytes: Uint8Array) => void writeSync(file, bytes, 0, bytes.length, offset),
  };
  const deflate = (bytes: Uint8Array, level: number) =>
    deflateSync(bytes, { level, chunkSize: bytes.length + 1024 });
  const deflateBlocks = (bytes: Uint8Array, level: number) =>
    deflateRawSync(bytes, { level, finishFlush: constants.Z_SYNC_FLUSH, chunkSize: bytes.length + 1024 });
  const writer = new Hdf5Writer(sink, { deflate, deflateBlocks });
  const options = { dtype: 'f64', shape: [0], chunkRows: CHUNK_ROWS, filters: FILTERS[filter] } as const;
  const datasets = columns.map((_, i) => writer.createDataset(`/column_${i}`, options));
  for (let from = 0; from < columns[0]!.length; from += BATCH_ROWS) {
    for (const [i, dataset] of datasets.entries())
      dataset.append(columns[i]!.subarray(from, from + BATCH_ROWS));
  }
  writer.close();
  closeSync(file);
  return { ...elapsed(), bytes: statSync(path).size };
}

function stopwatch(): () => Omit<Run, 'bytes'> {
  const start = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { seconds: (performance.now() - start) / 1000, processor: (user + system) / 1e6 };
  };
}

/** Whether h5wasm has such filters: one a dataset. */
export function hasH5wasm(filter: FilterName): boolean {
  return filter === 'none' || filter === 'gzip-1';
}

/** h5wasm, each column at once. */
export async function writeH5wasm(
  path: string,
  columns: readonly Float64Array[],
  filter: FilterName,
): Promise<Run> {
  await ready;
  const elapsed = stopwatch();
  const file = new File(path, 'w');
  for (const [i, data] of columns.entries()) {
    file.create_dataset({
      name: `column_${i}`,
      data,
      shape: [data.length],
      maxshape: [null],
      chunks: [CHUNK_ROWS],
      ...(filter === 'none' ? {} : { compression: 'gzip', compression_opts: [1] }),
    });
  }
  file.close();
  return { ...elapsed(), bytes: statSync(path).size };
}

/** h5py, each column at once, in a process of its own that measures the writing alone. */
export function writeH5py(python: string, data: string, path: string, filter: FilterName): Run {
  const { shuffle = false, compression = null } = FILTERS[filter] as {
    shuffle?: boolean;
    compression?: unknown;
  };
  const level = (compression as { deflate?: number } | null)?.deflate;
  const options = {
    chunks: CHUNK_ROWS,
    ...(shuffle ? { shuffle } : {}),
    ...(level === undefined ? {} : { compression: 'gzip', compression_opts: level }),
    ...(compression === 'lzf' ? { compression } : {}),
  };
  const peer = join(import.meta.dirname, 'peer.py');
  const text = execFileSync(python, [peer, data, path, JSON.stringify(options)], { encoding: 'utf8' });
  return { ...(JSON.parse(text) as Omit<Run, 'bytes'>), bytes: statSync(path).size };
}
