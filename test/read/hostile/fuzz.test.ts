import { expect, it } from 'vitest';
import { fuzz, mostMemory } from './fuzz.ts';
import type { Kind } from './recordings.ts';

/** How many damaged copies of each are read; the long version is in test/kill. Two seconds of a processor each. */
const CASES: Readonly<Record<Kind, number>> = {
  sqlite: 30,
  'sqlite killed': 30,
  parquet: 15,
  'parquet killed': 15,
  hdf5: 12,
  'hdf5 killed': 12,
  'hdf5 lzf': 8,
  arrow: 8,
};

it.each(Object.entries(CASES) as [Kind, number][])(
  'a damaged recording (%s) gives typed errors, or what is left of it',
  async (kind, cases) => {
    const result = await fuzz(kind, 1000, cases);
    expect(result.faults.slice(0, 5)).toEqual([]);
    expect(result.cases).toBe(cases);
    expect(result.outcomes).toMatchObject({ ok: expect.any(Number), NotARecording: expect.any(Number) });
    expect(result.peakMb).toBeLessThan(mostMemory(kind));
  },
  900_000,
);
