import { closeSync, copyFileSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as h5wasm from 'h5wasm/node';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createRecorder } from '../../../src/index.ts';
import { areHeapsWhole } from '../../../src/read/hdf5/global-heap.ts';
import { loadH5Wasm } from '../../../src/read/hdf5/load.ts';
import { openRecording, verify } from '../../../src/read/index.ts';
import { rejection, scratch } from '../../backends/scratch.ts';
import { make } from './recordings.ts';

const made = join(tmpdir(), `simtape-hostile-hdf5-${process.pid}`);
let whole: string;
let path: string;

beforeAll(async () => {
  await h5wasm.ready;
  whole = make(made, 'hdf5');
});
afterAll(() => rmSync(made, { recursive: true, force: true }));
beforeEach(() => {
  path = join(scratch(), 'flight.h5');
});

/** What makes a file one of simtape's, without a run. */
function makeFile(add: (file: h5wasm.File) => void): void {
  const file = new h5wasm.File(path, 'w');
  file.create_attribute('format', 'simtape-hdf5');
  file.create_attribute('format_version', 1, null, '<i');
  file.create_attribute('run_id', 'hostile');
  add(file);
  file.close();
}

it('follows no link to another file', async () => {
  makeFile((file) => file.create_external_link('hostile', whole, '/hostile'));
  await rejection('NotARecording', openRecording(path));
});

it('does not come to an end of links in a circle', async () => {
  makeFile((file) => {
    file.create_soft_link('/other', 'hostile');
    file.create_soft_link('/hostile', 'other');
  });
  await rejection('NotARecording', openRecording(path));
});

it('finds a group that holds itself', async () => {
  copyFileSync(whole, path);
  const file = new h5wasm.File(path, 'a');
  file.create_group('mine').create_hard_link('/mine', 'again');
  file.close();
  using recording = await openRecording(path);
  expect((await recording.table('state').columns({ limit: 3 })).id!.values).toHaveLength(3);
  const { ok, checks } = await verify(path);
  expect(ok).toBe(false);
  expect(JSON.stringify(checks)).toContain('lies too deep');
});

it('reads another file after one at which the library failed', async () => {
  makeFile((file) => {
    file.create_group('hostile');
  });
  for (let i = 0; i < 3; i++) await rejection('NotARecording', openRecording(path));
  using recording = await openRecording(whole);
  expect(recording.runs()).toMatchObject([{ runId: 'hostile', frames: 60 }]);
});

it('takes no memory for a text that only says to be long', async () => {
  const hdf5 = { compression: 'none', shuffle: false, fletcher32: false } as const;
  const recorder = await createRecorder({ backend: 'hdf5', path, thread: false, hdf5 });
  for (let step = 0; step < 100; step++)
    recorder.recordStep({ note: `${step % 2 ? 'even' : 'an odd'} step` }, step, 1);
  await recorder.close();
  const bytes = readFileSync(path);
  // An element: 4 bytes of length, 12 of place. Source: HDF5 File Format Specification Version 3.0, III.E.
  const isElement = (at: number) =>
    [11, 9, 11, 9].every((length, i) => bytes.readUInt32LE(at + 16 * i) === length);
  let at = 0;
  while (!isElement(at)) at += 4;
  bytes.writeUInt32LE(2 ** 30, at);
  writeFileSync(path, bytes);
  using recording = await openRecording(path);
  const error = await rejection('NotARecording', recording.table('steps').columns({ select: ['note'] }));
  expect(error.message).toMatch(/memory|does not match/);
  expect((await loadH5Wasm()).Module.HEAPU8.length).toBeLessThan(2 ** 27);
});

it.each([1e12, 5e6])('takes no memory for %d rows that a file only says to be there', async (rows) => {
  copyFileSync(whole, path);
  const file = new h5wasm.File(path, 'a');
  const table = file.get('/hostile/tables/state') as h5wasm.Group;
  const said = [...(table.attrs.simtape_rows!.value as Float64Array)];
  table.delete_attribute('simtape_rows');
  table.create_attribute('simtape_rows', [rows, 1, rows, ...said.slice(3)], [said.length], '<d');
  file.close();
  using recording = await openRecording(path);
  await rejection('NotARecording', (async () => recording.table('state').columns())());
  expect((await verify(path).catch(() => ({ ok: false }))).ok).toBe(false);
  expect(process.memoryUsage().rss).toBeLessThan(2 ** 30);
});

/** A collection of the global heap with objects of these sizes. */
function isWhole(...objects: { index: number; size: bigint }[]): boolean {
  const bytes = Buffer.alloc(4096);
  bytes.write('GCOL');
  bytes[4] = 1;
  bytes.writeBigUInt64LE(4096n, 8);
  let at = 16;
  for (const { index, size } of objects) {
    bytes.writeUInt16LE(index, at);
    bytes.writeBigUInt64LE(size, at + 8);
    at += 16 + Number(size % 2048n);
  }
  const file = join(scratch(), 'heap');
  writeFileSync(file, bytes);
  const handle = openSync(file, 'r');
  try {
    return areHeapsWhole(handle, bytes, 0);
  } finally {
    closeSync(handle);
  }
}

it('tells texts that can be gone through from those that lead round in circles', () => {
  expect(isWhole({ index: 1, size: 8n }, { index: 2, size: 16n }, { index: 0, size: 4096n - 72n })).toBe(
    true,
  );
  expect(isWhole({ index: 1, size: 2n ** 32n - 16n })).toBe(false);
  expect(isWhole({ index: 1, size: 8n }, { index: 0, size: 0n })).toBe(false);
  expect(isWhole({ index: 1, size: 2n ** 63n })).toBe(false);
});

it('does not go round in circles, whatever stands in bytes that are reserved', async () => {
  const bytes = readFileSync(whole);
  const heap = bytes.indexOf('GCOL');
  bytes[heap + 5] = 2;
  // The size of its first object, with which the next one is the same one.
  bytes.writeBigUInt64LE(2n ** 32n - 16n, heap + 24);
  writeFileSync(path, bytes);
  await rejection('NotARecording', openRecording(path));
});
