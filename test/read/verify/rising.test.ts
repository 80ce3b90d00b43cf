import { join } from 'node:path';
import { expect, it } from 'vitest';
import { COMPRESSORS } from '../../../src/backends/hdf5/compressors.ts';
import { DiskFile } from '../../../src/backends/hdf5/file.ts';
import { Hdf5Writer } from '../../../src/formats/hdf5/index.ts';
import { defineTable, f64 } from '../../../src/index.ts';
import { type VerifyReport, verify } from '../../../src/read/index.ts';
import { groupAt, withH5 } from '../../backends/hdf5/h5.ts';
import { record, scratch } from '../../backends/scratch.ts';

const Falling = defineTable('falling', { at: f64({ clock: 'simulation' }), x: f64() });
const problems = ({ checks }: VerifyReport) => checks.flatMap((check) => check.problems);

it('finds a group that says of its times that they never fall, though they do', async () => {
  const path = join(scratch(), 'flight.h5');
  await record(
    path,
    (recorder) => {
      for (let i = 0; i < 20; i++) recorder.table(Falling).append({ at: i === 12 ? 3 : i, x: i });
    },
    { backend: 'hdf5', runId: 'r' },
  );
  expect(problems(await verify(path))).toEqual([]);
  const said = await withH5(
    path,
    (file) => groupAt(file, 'r/tables/falling').attrs.simtape_rows!.value as Float64Array,
  );
  const file = new DiskFile(path, 'r+', false);
  const writer = new Hdf5Writer(file, COMPRESSORS, file);
  writer.setAttributes('/r/tables/falling', { simtape_rows: Array.from(said).with(6, 1) });
  writer.checkpoint();
  file.close();
  expect(problems(await verify(path))).toEqual([
    '/r/tables/falling says that its at never falls, and it does',
  ]);
});
