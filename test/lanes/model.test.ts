import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import fc from '../support/fast-check.ts';
import { type Act, type Event, LanesModel } from '../support/lanes-model.ts';

const lane = fc.nat(5);
const rows = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 20 }) },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 700 }) },
);

const few: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      lane,
      table: fc.constantFrom('wide' as const, 'words' as const),
      rows: fc.integer({ min: 1, max: 20 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('refer' as const),
      lane,
      pick: fc.nat(30),
      rows: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('begin' as const, 'end' as const), lane }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('close' as const, 'kill' as const), lane }) },
);

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: few },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      lane,
      table: fc.constantFrom('wide' as const, 'words' as const),
      rows,
    }),
  },
);

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 8, arbitrary: act },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('interrupted' as const), act, at: fc.nat(24) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cut off' as const), act }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('drain' as const),
      at: fc.integer({ min: -4, max: 40 }),
      acts: fc.array(few, { maxLength: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'attach' as const }) },
);

const events = fc.array(event, { minLength: 20, maxLength: 90 });

/** A unit that little memory does not hold, and what happens while it goes on. */
const largeUnit: fc.Arbitrary<Event[]> = fc
  .record({
    lane,
    rows: fc.integer({ min: 900, max: 1500 }),
    others: fc.array(event, { maxLength: 5 }),
    end: fc.constantFrom('end' as const, 'end' as const, 'kill' as const, 'close' as const),
  })
  .map(({ lane, rows, others, end }) => [
    { do: 'begin', lane },
    { do: 'append', lane, table: 'wide', rows },
    ...others,
    { do: end, lane },
  ]);

const largeUnits = fc
  .array(fc.oneof({ weight: 9, arbitrary: event.map((one) => [one]) }, { weight: 1, arbitrary: largeUnit }), {
    minLength: 20,
    maxLength: 60,
  })
  .map((parts) => parts.flat());

let clock = 0;

beforeEach(() => {
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** What happened in all runs together. */
function assertAlways(
  schedules: fc.Arbitrary<Event[]>,
  memoryLimitBytes: number,
  partBytes: number,
  numRuns: number,
): LanesModel['seen'] {
  const seen: Record<string, number> = {};
  fc.assert(
    fc.property(schedules, (schedule) => {
      const model = new LanesModel({ memoryLimitBytes, partBytes, maxWaitMs: 100 }, (ms) => {
        clock += ms;
      });
      model.play([{ do: 'attach' }, ...schedule]);
      model.finish();
      for (const [what, times] of Object.entries(model.seen)) seen[what] = (seen[what] ?? 0) + times;
    }),
    // Shrinking a schedule of large units would take minutes; seed and path replay it.
    { numRuns, endOnFailure: true },
  );
  return seen as LanesModel['seen'];
}

test('with memory to spare, every lane keeps its order, its units and its keys', () => {
  const seen = assertAlways(events, 100 * 2 ** 20, 4 * 2 ** 20, 60);
  expect(seen).toMatchObject({ parts: 0, refused: 0 });
  for (const what of ['lost', 'references', 'between', 'cutOff'] as const)
    expect(seen[what]).toBeGreaterThan(10);
});

test('with commits that free their memory in small parts', () => {
  const seen = assertAlways(events, 100 * 2 ** 20, 64 * 1024, 40);
  expect(seen.refused).toBe(0);
  expect(seen.parts).toBeGreaterThan(10);
});

test('with little memory, so that lanes wait and large units go through in parts', () => {
  const seen = assertAlways(largeUnits, 1500 * 1024, 256 * 1024, 25);
  for (const what of ['parts', 'lost', 'refused', 'references', 'abandoned'] as const)
    expect(seen[what]).toBeGreaterThan(0);
});
