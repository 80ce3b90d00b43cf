import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { bytes, defineTable, json, utf8 } from '../../../src/index.ts';
import { Contents } from '../../../src/read/hdf5/contents.ts';
import { loadH5Wasm } from '../../../src/read/hdf5/load.ts';
import { record, scratch } from '../scratch.ts';

const Notes = defineTable('notes', { text: utf8({ nullable: true }), raw: bytes(), data: json() });
const ROWS = 300;
const text = (i: number) => (i % 7 === 0 ? null : 'é'.repeat(i % 50));

it('texts of a large file are read in parts that the library has memory for', async () => {
  const path = join(scratch(), 'flight.h5');
  await record(
    path,
    (recorder) => {
      const table = recorder.table(Notes);
      for (let i = 0; i < ROWS; i++)
        table.append({ text: text(i), raw: new Uint8Array(i % 9).fill(i), data: { i } });
    },
    { backend: 'hdf5', runId: 'r' },
  );
  using contents = await Contents.open(path);
  const { file } = contents;
  const read = (name: string) => file.read(`/r/tables/notes/${name}`, 0, ROWS);
  const pieces = () =>
    contents
      .groupsOf('notes')[0]!
      .pieces()
      .map(({ rows }) => rows);
  const raw = read('raw');
  expect(pieces()).toEqual([ROWS]);
  // What a file of more than the library's memory would be read like.
  Object.assign(file, { bytes: 2 ** 34 });
  const reads = vi.spyOn((await loadH5Wasm()).Module, 'get_dataset_data');
  expect(read('text')).toEqual(Array.from({ length: ROWS }, (_, i) => text(i) ?? ''));
  expect(read('raw')).toEqual(raw);
  expect(file.check('/r/tables/notes/data')).toBe(ROWS);
  const parts = [1, 8, 64, ROWS - 73];
  expect(reads.mock.calls.map(([, , count]) => Number(count![0]))).toEqual([...parts, ...parts, ...parts]);
  reads.mockRestore();
  // 64 MB of 16 GB in 300 rows.
  expect(pieces()).toEqual(new Array(ROWS).fill(1));
});
