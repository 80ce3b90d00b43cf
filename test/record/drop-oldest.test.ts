import { describe, expect, test } from 'vitest';
import { array, f64, ref, utf8 } from '../../src/schema/columns.ts';
import { defineTable } from '../../src/schema/table.ts';
import { FakeLanes } from '../support/fake-lanes.ts';
import { addsUp, FakeWriter } from '../support/fake-writer.ts';
import fc from '../support/fast-check.ts';

const body = defineTable('body', { unit: f64() }, { static: true });
const state = defineTable('state', {
  unit: f64(),
  body_id: ref(body),
  text: utf8(),
  values: array('f64', 64),
});
const link = defineTable('link', { unit: f64(), state_id: ref(state, { nullable: true }) });
const LIMIT = 2 ** 20;
const values = new Float64Array(64);

function open(keep: { units?: number; seconds?: number } | null, memoryLimitBytes = LIMIT) {
  const writer = new FakeWriter({ overflow: 'drop-oldest', keep, memoryLimitBytes, diligence: 'asleep' });
  const bodies = writer.open(body);
  const states = writer.open(state);
  const links = writer.open(link);
  let newest = 0;
  const record = {
    writer,
    bodies,
    states,
    links,
    /** A unit of some states, and a link to the newest of them or to one of before. */
    unit(unit: number, rows: number, to?: number): number {
      writer.lane.beginUnit();
      for (let i = 0; i < rows; i++)
        newest = states.append({ unit, body_id: 1, text: `unit ${unit}`, values });
      links.append({ unit, state_id: to ?? (newest || null) });
      writer.lane.endUnit();
      return newest;
    },
    dump(): void {
      writer.lane.publishAll();
      writer.drain();
    },
    units: (table: string) => writer.backend.rows(table).map((row) => row.unit as number),
  };
  bodies.append({ unit: 0 });
  return record;
}

/** Bytes that stay in use where all rows are written: the segment of each table that rows go into. */
const inUse = ({ lane }: FakeWriter) =>
  lane.rings.reduce((sum, { current }) => sum + Math.ceil(current.bytes / 1024) * 1024, 0);

const from = (first: number, end: number) => Array.from({ length: end - first }, (_, i) => first + i);

describe('drop-oldest as a flight recorder', () => {
  test('keeps the last units, and writes nothing of them until they are dumped', () => {
    const flight = open({ units: 10 });
    for (let unit = 0; unit < 1000; unit++) flight.unit(unit, 3);
    flight.writer.drain();
    expect(flight.units('state')).toEqual([]);
    flight.dump();
    expect(flight.units('link')).toEqual(from(990, 1000));
    expect(flight.units('state')).toEqual(from(990, 1000).flatMap((unit) => [unit, unit, unit]));
    expect(flight.writer.backend.rows('state').every((row) => row.text === `unit ${row.unit}`)).toBe(true);
    expect(flight.writer.counts('state')).toMatchObject({
      submitted: 3000,
      written: 30,
      dropped: 2970,
      pending: 0,
    });
  });

  test('goes on after a dump, which takes nothing twice', () => {
    const flight = open({ units: 5 });
    for (let dump = 0; dump < 4; dump++) {
      for (let unit = 0; unit < 20; unit++) flight.unit(dump * 20 + unit, 2);
      flight.dump();
    }
    expect(flight.units('link')).toEqual([15, 35, 55, 75].flatMap((first) => from(first, first + 5)));
    flight.dump();
    expect(flight.units('link')).toHaveLength(20);
  });

  test('static rows are written at once and never dropped', () => {
    const flight = open({ units: 2 });
    for (let unit = 1; unit < 100; unit++) {
      flight.bodies.append({ unit });
      flight.unit(unit, 1);
    }
    flight.writer.flush();
    expect(flight.units('body')).toEqual(from(0, 100));
    expect(flight.units('state')).toEqual([]);
  });

  test('a row that refers to one that is no longer there is left out with those that refer to it', () => {
    const chain = defineTable('chain', { unit: f64(), state_id: ref(state) });
    const knot = defineTable('knot', { unit: f64(), chain_id: ref(chain) });
    const flight = open({ units: 3 });
    const chains = flight.writer.open(chain);
    const knots = flight.writer.open(knot);
    const old = flight.unit(0, 1);
    for (let unit = 1; unit < 6; unit++) {
      const newest = flight.unit(unit, 1, unit === 4 ? old : undefined);
      flight.writer.lane.beginUnit();
      const tied = chains.append({ unit, state_id: unit === 5 ? newest : old });
      if (tied !== 0) knots.append({ unit, chain_id: tied });
      flight.writer.lane.endUnit();
    }
    flight.dump();
    // Six units are kept of each kind that there is; unit 4's link and all chains but the last point to unit 0.
    expect(flight.units('chain')).toEqual([5]);
    expect(flight.units('knot')).toEqual([5]);
    expect(flight.units('link').includes(4)).toBe(false);
    for (const table of ['state', 'link', 'chain', 'knot'])
      expect(addsUp(flight.writer.counts(table))).toBe(true);
  });

  test('rows outside of frames are units too', () => {
    const flight = open({ units: 7 });
    for (let unit = 0; unit < 500; unit++) {
      if (unit % 2) flight.links.append({ unit, state_id: null });
      else flight.states.append({ unit, body_id: 1, text: '', values });
    }
    flight.dump();
    expect([...flight.units('state'), ...flight.units('link')].sort((a, b) => a - b)).toEqual(from(493, 500));
  });

  test('what the memory cannot hold is dropped from the oldest on, within the limit', () => {
    const flight = open({ units: 1e6 });
    for (let unit = 0; unit < 5000; unit++) {
      flight.unit(unit, 2);
      expect(flight.writer.metrics().buffer.bytesAllocated).toBeLessThanOrEqual(LIMIT);
    }
    flight.dump();
    const kept = flight.units('link');
    expect(kept.length).toBeGreaterThan(100);
    expect(kept).toEqual(from(5000 - kept.length, 5000));
  });

  test('a unit that is larger than the memory is dropped whole, and the next one is kept', () => {
    const flight = open({ units: 10 });
    flight.unit(0, 10);
    flight.unit(1, 5000);
    flight.unit(2, 10);
    flight.dump();
    expect(flight.units('link')).toEqual([2]);
    expect(flight.units('state')).toEqual(Array(10).fill(2));
    expect(addsUp(flight.writer.counts('state'))).toBe(true);
  });

  test('a unit that began where a segment ended is dropped, and its memory comes back', () => {
    const flight = open({ units: 1e6 });
    const { ring } = flight.states;
    for (let unit = 0; unit < 4; unit++) {
      flight.unit(2 * unit, ring.layout.rows - ring.row || ring.layout.rows);
      expect(ring.row).toBe(ring.layout.rows);
      flight.unit(2 * unit + 1, 5000);
    }
    flight.unit(8, 10);
    flight.dump();
    expect(flight.units('state')).toEqual(Array(10).fill(8));
    expect(flight.writer.metrics().buffer.bytesInUse).toBe(inUse(flight.writer));
  });

  test('the writer goes around segments that no row was written to', () => {
    const flight = open({ units: 1e6 }, 16 * LIMIT);
    const { states, writer } = flight;
    let unit = 0;
    const text = (length: number) =>
      states.append({ unit: unit++, body_id: 1, text: 'x'.repeat(length), values });
    for (let round = 0; round < 6; round++) {
      // A new segment is begun for the row, and left at once for one with room for its text.
      while (states.ring.row < states.ring.layout.rows) text(1);
      text(600_000);
      writer.lane.publishAll();
      for (let row = 0; row < 2 * states.ring.layout.rows; row++) text(1);
      writer.drain();
    }
    flight.dump();
    expect(flight.units('state')).toEqual(from(0, unit));
    expect(writer.metrics().buffer.bytesInUse).toBe(inUse(writer));
  });
});

describe('drop-oldest with a writer that takes what it can', () => {
  test('drops nothing while the writer keeps up', () => {
    const flight = open(null);
    flight.writer.diligence = 'awake';
    for (let unit = 0; unit < 3000; unit++) {
      flight.unit(unit, 2);
      if (unit % 10 === 0) flight.writer.drain();
    }
    flight.dump();
    expect(flight.units('link')).toEqual(from(0, 3000));
    expect(flight.writer.counts('state')).toMatchObject({ written: 6000, dropped: 0 });
  });

  test('drops the oldest that the writer has not been given', () => {
    const flight = open(null);
    for (let unit = 0; unit < 5000; unit++) flight.unit(unit, 2);
    flight.dump();
    const kept = flight.units('link');
    // The first unit was given to the writer before it fell asleep.
    expect(kept[0]).toBe(0);
    expect(kept.slice(1)).toEqual(from(5001 - kept.length, 5000));
    expect(addsUp(flight.writer.counts('state'))).toBe(true);
  });
});

test('what the writer is given at a time is not less for what was discarded before', () => {
  const flight = open(null);
  for (let unit = 0; unit < 20_000; unit++) flight.unit(unit, 2);
  flight.writer.drain();
  const before = flight.units('link').length;
  flight.unit(20_000, 2);
  flight.writer.drain();
  // A quarter of the memory, of which a unit takes less than two thousand bytes.
  expect(flight.units('link').length - before).toBeGreaterThan(LIMIT / 4 / 2000);
});

test('a lane that has ended has lost none of the rows that it dropped itself', () => {
  const lanes = new FakeLanes({ overflow: 'drop-oldest', keep: { units: 5 }, memoryLimitBytes: LIMIT });
  const joined = lanes.attach();
  const { append } = joined.open(defineTable('lone', { values: array('f64', 64) }));
  for (let unit = 0; unit < 1000; unit++) append({ values });
  joined.lane.publishAll();
  joined.close();
  lanes.drain();
  expect(lanes.parted).toEqual([{ lane: joined, unitOpen: false, rows: 0 }]);
  expect(lanes.metrics().tables.lone).toMatchObject({ submitted: 1000, written: 5, dropped: 995, failed: 0 });
});

test('whatever happens: units are whole and in order, nothing dangles, static rows stay, the counters add up', () => {
  const step = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ do: fc.constant('unit' as const), rows: fc.integer({ min: 0, max: 12 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('unit' as const), rows: fc.integer({ min: 300, max: 2500 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('old link' as const), back: fc.integer({ min: 1, max: 40 }) }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('body' as const, 'single' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constantFrom('dump' as const, 'drain' as const, 'flush' as const) }),
    },
  );
  const keeps = fc.constantFrom(null, { units: 3 }, { units: 50 }, { seconds: 1000 });
  fc.assert(
    fc.property(keeps, fc.array(step, { maxLength: 120 }), (keep, steps) => {
      const flight = open(keep);
      const ids: number[] = [];
      let bodies = 1;
      for (const [unit, action] of steps.entries()) {
        if (action.do === 'unit') ids.push(flight.unit(unit, action.rows));
        else if (action.do === 'old link') flight.unit(unit, 1, ids.at(-action.back) || undefined);
        else if (action.do === 'body') bodies += flight.bodies.append({ unit }) > 0 ? 1 : 0;
        else if (action.do === 'single')
          flight.states.append({ unit, body_id: 1, text: `unit ${unit}`, values });
        else if (action.do === 'dump') flight.dump();
        else if (action.do === 'drain') flight.writer.drain();
        else flight.writer.flush();
        for (const table of ['body', 'state', 'link']) expect(addsUp(flight.writer.counts(table))).toBe(true);
      }
      flight.dump();
      const { backend } = flight.writer;
      expect(backend.rows('body')).toHaveLength(bodies);
      const states = new Set(backend.rows('state').map((row) => row.id));
      expect(states.size).toBe(backend.rows('state').length);
      for (const { state_id } of backend.rows('link')) {
        if (state_id !== null && state_id !== 0) expect(states.has(state_id)).toBe(true);
      }
      const rowsOf = new Map<number, number>();
      for (const unit of flight.units('state')) rowsOf.set(unit, (rowsOf.get(unit) ?? 0) + 1);
      for (const [unit, rows] of rowsOf) {
        const action = steps[unit]!;
        expect(rows).toBe(action.do === 'unit' ? action.rows : 1);
      }
      for (const table of ['state', 'link']) {
        expect(flight.units(table)).toEqual(flight.units(table).toSorted((a, b) => a - b));
        expect(flight.writer.counts(table).pending).toBe(0);
      }
      expect(backend.rows('state').every((row) => row.text === `unit ${row.unit}`)).toBe(true);
    }),
    { numRuns: 150 },
  );
});
