import { afterEach, expect, it, vi } from 'vitest';
import { Patience } from '../../src/buffer/patience.ts';

afterEach(() => vi.restoreAllMocks());

it('counts the time of its looks, of a long one no more than a busy machine explains', () => {
  let clock = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
  const patience = new Patience();
  for (const ms of [100, 150, 400, 60_000]) {
    clock += ms;
    patience.look(100);
  }
  expect(patience.spentMs).toBe(100 + 150 + 400 + 400);
  clock += 30;
  patience.reset();
  expect(patience.spentMs).toBe(0);
  clock += 20;
  patience.look(100);
  expect(patience.spentMs).toBe(20);
});
