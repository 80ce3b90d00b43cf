import { expect, test } from 'vitest';
import { leaveAll, Memory } from '../../src/buffer/memory.ts';
import {
  CONTROL_WORDS,
  IN_USE_KB,
  LANE_IN_USE_KB,
  LANE_MEMORY_KB,
  LANE_RESERVED_KB,
  MEMORY_KB,
  RESERVED_KB,
} from '../../src/buffer/words.ts';
import { betweenAtomics } from '../support/between-atomics.ts';
import fc from '../support/fast-check.ts';

const LIMIT_KB = 100;

function open(lanes: number) {
  const control = new Int32Array(CONTROL_WORDS);
  const words = Array.from({ length: lanes }, () => new Int32Array(16));
  const memories = words.map((each) => new Memory(control, each, LIMIT_KB * 1024));
  return { control, words, memories: memories as [Memory, ...Memory[]] };
}

test('takes memory up to the limit, of all lanes together', () => {
  const { control, memories } = open(2);
  const [a, b] = memories as [Memory, Memory];
  expect(a.take(60 * 1024, 0, false)).toBe(true);
  expect(b.take(41 * 1024, 0, false)).toBe(false);
  expect(b.take(40 * 1024, 0, false)).toBe(true);
  expect(a.take(1, 0, false)).toBe(false);
  a.giveBack(60 * 1024);
  expect(b.take(60 * 1024, 0, false)).toBe(true);
  expect(control[MEMORY_KB]).toBe(100);
});

test('what is promised to a table is for that table, whatever the others take', () => {
  const { control, memories } = open(2);
  const [a, b] = memories as [Memory, Memory];
  a.promise(0, 30 * 1024);
  expect(b.take(71 * 1024, 0, false)).toBe(false);
  expect(b.take(70 * 1024, 0, false)).toBe(true);
  expect(a.take(30 * 1024, 30 * 1024, false)).toBe(true);
  a.promise(30 * 1024, 0);
  expect([control[MEMORY_KB], control[RESERVED_KB]]).toEqual([100, 0]);
});

test('a segment that a table cannot do without is taken beyond the limit', () => {
  const { control, memories } = open(1);
  expect(memories[0].take(150 * 1024, 0, true)).toBe(true);
  expect(memories[0].take(1024, 0, false)).toBe(false);
  expect(control[MEMORY_KB]).toBe(150);
});

test('memory that is refused is never counted, not even for a moment', () => {
  const { control, memories } = open(1);
  memories[0].take(90 * 1024, 0, false);
  let highest = 0;
  betweenAtomics(
    () => expect(memories[0].take(20 * 1024, 0, false)).toBe(false),
    () => {
      highest = Math.max(highest, control[MEMORY_KB]!);
    },
  );
  expect(highest).toBe(90);
});

test('a lane that takes memory while another one does keeps within the limit with it', () => {
  fc.assert(
    fc.property(
      fc.nat(8),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      (at, first, second) => {
        const { control, memories } = open(2);
        const [a, b] = memories as [Memory, Memory];
        a.take(40 * 1024, 0, false);
        let left = at;
        let taken = false;
        const other = () => {
          if (left-- === 0) taken = b.take(second * 1024, 0, false);
          expect(control[MEMORY_KB]).toBeLessThanOrEqual(LIMIT_KB);
        };
        let own = false;
        betweenAtomics(() => {
          own = a.take(first * 1024, 0, false);
        }, other);
        expect(control[MEMORY_KB]).toBe(40 + (own ? first : 0) + (taken ? second : 0));
        // Whoever was refused was refused for what the other one has.
        if (left < 0 && !own && !taken) expect(Math.min(first, second)).toBeGreaterThan(60);
      },
    ),
  );
});

test('all that a lane had comes back when it ends, and nothing of the others', () => {
  const { control, words, memories } = open(2);
  for (const [i, memory] of memories.entries()) {
    memory.take((10 + i) * 1024, 0, false);
    memory.promise(0, (20 + i) * 1024);
    memory.enter((5 + i) * 1024);
  }
  memories[0].leave(1024);
  leaveAll(control, words[0]!);
  const all = [MEMORY_KB, RESERVED_KB, IN_USE_KB].map((word) => control[word]);
  expect(all).toEqual([11, 21, 6]);
  expect([LANE_MEMORY_KB, LANE_RESERVED_KB, LANE_IN_USE_KB].map((word) => words[0]![word])).toEqual([
    0, 0, 0,
  ]);
});
