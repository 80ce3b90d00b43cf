import { expect, it } from 'vitest';
import { fuzz, mostMemory } from '../read/hostile/fuzz.ts';
import { KINDS, type Kind } from '../read/hostile/recordings.ts';

/** Other damage each time; a fault names its seed and its case. */
const seed = Math.floor(Math.random() * 2 ** 30);

it.each(Object.keys(KINDS) as Kind[])(
  `thousands of damaged recordings (%s), seed ${seed}`,
  async (kind) => {
    const { faults, peakMb } = await fuzz(kind, seed, 2000);
    expect(faults.slice(0, 20)).toEqual([]);
    expect(peakMb).toBeLessThan(mostMemory(kind));
  },
  3_600_000,
);
