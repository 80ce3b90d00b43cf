import { it } from 'vitest';
import { stress } from '../lanes/stress.ts';

it.each(Array.from({ length: 60 }, (_, i) => 1000 + i))(
  'threads that record, flush, end and are terminated at random, seed %i',
  async (seed) => {
    await stress(seed, 150);
  },
  3_600_000,
);
