import { describe, expect, it } from 'vitest';
import { defineTable, f64, i32, timestamp, u64, utf8 } from '../../src/index.ts';
import { openRecording } from '../../src/read/index.ts';
import { rejection } from '../backends/scratch.ts';
import { BACKENDS, placeOf } from './backends.ts';

const Sample = defineTable('sample', {
  x: f64(),
  maybe: i32({ nullable: true }),
  never: f64({ nullable: true }),
  count: u64(),
  at: timestamp(),
  name: utf8(),
});

describe.each(BACKENDS)('%s', (backend) => {
  const { freshPath, record } = placeOf(backend);

  it('gives the least and greatest value of a column', async () => {
    const path = freshPath();
    await record(path, (recorder) => {
      const rows = [
        { x: Number.NaN, maybe: null, count: 2n ** 64n - 1n, at: 5n, name: 'b' },
        { x: -2.5, maybe: -7, count: 2n ** 63n, at: -1n, name: 'a' },
        { x: Number.POSITIVE_INFINITY, maybe: 3, count: 1n, at: 2n ** 53n + 1n, name: 'c' },
      ];
      for (const row of rows) recorder.table(Sample).append(row);
    });
    using recording = await openRecording(path);
    const table = recording.table('sample');
    expect(await table.extent('x')).toEqual({ least: -2.5, greatest: Number.POSITIVE_INFINITY });
    expect(await table.extent('maybe')).toEqual({ least: -7, greatest: 3 });
    expect(await table.extent('never')).toBeNull();
    expect(await table.extent('count')).toEqual({ least: 1n, greatest: 2n ** 64n - 1n });
    expect(await table.extent('at')).toEqual({ least: -1n, greatest: 2n ** 53n + 1n });
    expect(await table.extent('id')).toEqual({ least: 1, greatest: 3 });
    await rejection('NotFound', table.extent('y'));
  });
});
