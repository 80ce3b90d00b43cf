import { expect, it } from 'vitest';
import { WriteTimes } from '../../src/recorders/write-times.ts';

/** Makes calls that take what `cost` says, as a recorder does; returns how many were timed. */
function run(times: WriteTimes, calls: number, cost: (call: number) => number): number {
  let timed = 0;
  for (let call = 0; call < calls; call++) {
    if (!times.next()) continue;
    timed++;
    times.add(cost(call));
  }
  return timed;
}

it('knows nothing before the first call, and the first one only while there is no other', () => {
  const times = new WriteTimes();
  expect(times.mean(0)).toBe(0);
  run(times, 1, () => 20);
  expect(times.mean(0)).toBe(20);
  run(times, 1, () => 2);
  expect(times.mean(0)).toBe(2);
});

it('times every call at first, then one of 61', () => {
  expect(run(new WriteTimes(), 65, () => 1)).toBe(65);
  expect(run(new WriteTimes(), 65 + 61 * 10, () => 1)).toBe(75);
});

it('lets a timed call stand for those that were not', () => {
  const times = new WriteTimes();
  // A tenth of the calls take ten times as long; the sample meets them as often as others.
  run(times, 1_000_000, (call) => (call % 10 === 0 ? 10 : 1));
  expect(times.mean(0)).toBeGreaterThan(1.85);
  expect(times.mean(0)).toBeLessThan(1.95);
});

it('adds what calls waited for memory, timed or not', () => {
  const times = new WriteTimes();
  run(times, 101, () => 1);
  expect(times.mean(50)).toBeCloseTo(1.5, 1);
});
