import { describe, it } from 'vitest';
import { stress } from './stress.ts';

describe('threads that record, flush, end and are terminated at random', () => {
  it.each([1, 2, 3, 4])(
    'seed %i: no row is lost, doubled, torn or out of order, and no key dangles',
    async (seed) => {
      await stress(seed, 60);
    },
  );
});
