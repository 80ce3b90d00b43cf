import { describe, expect, test } from 'vitest';
import { f64, ref } from '../../../src/schema/columns.ts';
import { SimulationFrame } from '../../../src/schema/standard.ts';
import { defineTable } from '../../../src/schema/table.ts';
import { addsUp, FakeWriter } from '../../support/fake-writer.ts';
import fc from '../../support/fast-check.ts';
import { body, contact, LIMIT, MANY, numbers, pin, place, state, upTo } from './tables.ts';

describe('drop-newest', () => {
  test('drops single rows that find no room, and their ids are 0', () => {
    const writer = new FakeWriter({ memoryLimitBytes: LIMIT, overflow: 'drop-newest' });
    const { append } = writer.open(body);
    const ids = upTo(MANY).map((n) => append({ n, state }));
    const kept = ids.indexOf(0);
    expect(kept).toBeGreaterThan(100);
    expect(ids.slice(kept).every((id) => id === 0)).toBe(true);
    writer.drain();
    const id = append({ n: MANY, state });
    expect(id).toBeGreaterThan(ids[kept - 1]!);
    writer.flush();
    expect(numbers(writer, 'body')).toEqual([...upTo(kept), MANY]);
    expect(writer.counts('body')).toMatchObject({
      submitted: MANY + 1,
      written: kept + 1,
      dropped: MANY - kept,
    });
  });

  test('drops a unit whole, in all tables, with what comes until its end', () => {
    const writer = new FakeWriter({ memoryLimitBytes: LIMIT, overflow: 'drop-newest' });
    const bodies = writer.open(body);
    const contacts = writer.open(contact);
    const first = bodies.append({ n: 0, state });
    writer.lane.beginUnit();
    contacts.append({ n: 1, body_id: first, state });
    let n = 2;
    while (bodies.append({ n: n++, state }) !== 0);
    // The writer makes room, but the unit is gone.
    writer.drain();
    expect(contacts.append({ n: n++, body_id: first, state })).toBe(0);
    writer.lane.endUnit();
    const after = bodies.append({ n, state });
    expect(after).toBeGreaterThan(0);
    writer.flush();
    expect(numbers(writer, 'body')).toEqual([0, n]);
    expect(numbers(writer, 'contact')).toEqual([]);
    for (const name of ['body', 'contact']) expect(addsUp(writer.counts(name))).toBe(true);
    expect(writer.counts('contact')).toMatchObject({ submitted: 2, dropped: 2 });
    expect(writer.counts('body')).toMatchObject({ submitted: n - 1, dropped: n - 3, written: 2 });
  });

  test('drops later rows that refer to dropped ones, by id or by 0, and no others', () => {
    const writer = new FakeWriter({ memoryLimitBytes: LIMIT, overflow: 'drop-newest' });
    const bodies = writer.open(body);
    const contacts = writer.open(contact);
    const kept = bodies.append({ n: 0, state });
    writer.lane.beginUnit();
    const lost = bodies.append({ n: 1, state });
    while (bodies.append({ n: 2, state }) !== 0);
    writer.lane.endUnit();
    writer.drain();
    const later = bodies.append({ n: 3, state });
    expect(contacts.append({ n: 4, body_id: lost, state })).toBe(0);
    expect(contacts.append({ n: 5, body_id: 0, state })).toBe(0);
    expect(contacts.append({ n: 6, body_id: kept, state })).toBeGreaterThan(0);
    expect(contacts.append({ n: 7, body_id: later, state })).toBeGreaterThan(0);
    writer.flush();
    expect(numbers(writer, 'contact')).toEqual([6, 7]);
    expect(writer.counts('contact')).toMatchObject({ submitted: 4, written: 2, dropped: 2 });
    expect(writer.backend.dangling()).toEqual([]);
  });

  test('rows that are to get the id of a frame that was dropped go with it, with no error', () => {
    const pose = defineTable('pose', { n: f64(), frame_id: ref(SimulationFrame) });
    const writer = new FakeWriter({ memoryLimitBytes: LIMIT, overflow: 'drop-newest' });
    const frames = writer.open(SimulationFrame);
    const bodies = writer.open(body);
    const poses = writer.open(pose);
    while (bodies.append({ n: 0, state }) !== 0);
    let frame = 0;
    let time = 0;
    // Frames fit until their segment is full; the frame row that finds no room drops its whole frame.
    do {
      writer.lane.beginUnit();
      frame = frames.append({ simulation_time: time++, wall_clock_time: 0 });
      writer.lane.frameId = frame;
      if (frame !== 0) writer.lane.endUnit();
    } while (frame !== 0);
    expect(poses.append({ n: 1 })).toBe(0);
    expect(bodies.append({ n: 1, state })).toBe(0);
    writer.lane.frameId = 0;
    writer.lane.endUnit();
    writer.flush();
    expect(numbers(writer, 'pose')).toEqual([]);
    expect(writer.counts('pose')).toMatchObject({ submitted: 1, dropped: 1 });
    expect(writer.backend.rows('simulation_frame')).toHaveLength(time - 1);
  });

  test('units dropped one after another are remembered as one range of ids', () => {
    const writer = new FakeWriter({ memoryLimitBytes: LIMIT, overflow: 'drop-newest' });
    const bodies = writer.open(body);
    const contacts = writer.open(contact);
    const kept = bodies.append({ n: 0, state });
    const lost: number[] = [];
    for (let unit = 0; unit < 200; unit++) {
      writer.lane.beginUnit();
      for (let id = bodies.append({ n: 1, state }); id !== 0; id = bodies.append({ n: 1, state }))
        lost.push(id);
      writer.lane.endUnit();
    }
    expect(lost.length).toBeGreaterThanOrEqual(200);
    expect(bodies.ring.lost.bounds.length).toBeLessThanOrEqual(4);
    writer.drain();
    for (const id of lost) expect(contacts.append({ n: 2, body_id: id, state })).toBe(0);
    expect(contacts.append({ n: 3, body_id: kept, state })).toBeGreaterThan(0);
  });

  test('static rows of a unit that is dropped stay', () => {
    const writer = new FakeWriter({ memoryLimitBytes: LIMIT, overflow: 'drop-newest' });
    const bodies = writer.open(body);
    const places = writer.open(place);
    writer.lane.beginUnit();
    places.append({ n: 1, state });
    while (bodies.append({ n: 0, state }) !== 0);
    places.append({ n: 2, state });
    writer.lane.endUnit();
    writer.flush();
    expect(numbers(writer, 'body')).toEqual([]);
    expect(numbers(writer, 'place')).toEqual([1, 2]);
    expect(writer.counts('place')).toMatchObject({ submitted: 2, written: 2, dropped: 0 });
  });

  test('a unit of which static rows made the writer take a part is still whole', () => {
    const writer = new FakeWriter({ memoryLimitBytes: LIMIT, overflow: 'drop-newest' });
    const bodies = writer.open(body);
    const places = writer.open(place);
    writer.lane.beginUnit();
    const parts = () => writer.backend.commits.filter(({ open }) => open).length;
    let n = 0;
    // Fill the memory, then let static rows wait for room.
    while (writer.metrics().buffer.bytesAllocated < LIMIT - 240 * 1024) bodies.append({ n: n++, state });
    for (let i = 0; i < 200; i++) places.append({ n: i, state });
    const taken = parts();
    for (let i = 0; i < MANY; i++) bodies.append({ n: n++, state });
    writer.lane.endUnit();
    writer.drain();
    for (let i = 0; i < 3; i++) {
      bodies.append({ n: n++, state });
      writer.flush();
    }
    expect(numbers(writer, 'place')).toEqual(upTo(200));
    const single = [n - 3, n - 2, n - 1];
    const seen = numbers(writer, 'body');
    // What the writer had got of the unit cannot be taken back: then the rest of it comes too.
    const whole = taken > 0 ? [...upTo(n - 3), ...single] : single;
    expect(seen.length).toBe(whole.length);
    expect(seen).toEqual(whole);
    expect(addsUp(writer.counts('body'))).toBe(true);
    expect(writer.counts('body').written).toBe(seen.length);
  });

  type Step =
    | { readonly do: 'body' | 'pin'; readonly rows: number }
    | { readonly do: 'contact'; readonly parents: readonly number[] }
    | { readonly do: 'begin' | 'end' | 'drain' };

  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('body' as const), rows: fc.integer({ min: 1, max: 400 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('pin' as const), rows: fc.integer({ min: 1, max: 40 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('contact' as const),
        parents: fc.array(fc.nat(10_000), { minLength: 1, maxLength: 60 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constantFrom('begin' as const, 'end' as const, 'drain' as const) }),
    },
  );

  test('whatever happens, units are whole, nothing dangles, static rows stay and the counters add up', () => {
    let droppedUnits = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 50 }), (steps) => {
        const writer = new FakeWriter({ memoryLimitBytes: 400 * 1024, overflow: 'drop-newest' });
        const opened = { body: writer.open(body), pin: writer.open(pin), contact: writer.open(contact) };
        const kept: Record<string, number[]> = { body: [], pin: [], contact: [] };
        const submitted: Record<string, number> = { body: 0, pin: 0, contact: 0 };
        /** Rows of the open unit, which count once it has ended and was not dropped. */
        let unit: { table: string; n: number }[] = [];
        let spoilt = false;
        let n = 0;
        const parents = [0];
        const taken = () => opened.body.ring.count + opened.contact.ring.count;
        const add = (table: 'body' | 'pin' | 'contact', row: object): number => {
          submitted[table]!++;
          const before = taken();
          const id = opened[table].append(table === 'pin' ? { n: ++n } : { n: ++n, state, ...row });
          if (id !== 0 && (table === 'pin' || !writer.lane.unitOpen)) kept[table]!.push(n);
          else if (id !== 0) unit.push({ table, n });
          // A unit that is dropped has its rows taken back; one without rows has nothing to lose.
          spoilt ||= taken() < before;
          return id;
        };
        const end = () => {
          writer.lane.endUnit();
          if (spoilt) droppedUnits++;
          else for (const { table, n } of unit) kept[table]!.push(n);
          unit = [];
          spoilt = false;
        };
        for (const step of steps) {
          if (step.do === 'begin' && !writer.lane.unitOpen) writer.lane.beginUnit();
          else if (step.do === 'end' && writer.lane.unitOpen) end();
          else if (step.do === 'drain') writer.flush();
          else if (step.do === 'body') for (let i = 0; i < step.rows; i++) parents.push(add('body', {}));
          else if (step.do === 'pin') for (let i = 0; i < step.rows; i++) add('pin', {});
          else if (step.do === 'contact') {
            for (const at of step.parents) {
              const body_id = parents[at % parents.length]!;
              // Before anything was dropped no row was given the id 0.
              if (body_id !== 0 || writer.lane.lossy) add('contact', { body_id });
            }
          }
        }
        if (writer.lane.unitOpen) end();
        writer.flush();
        for (const name of ['body', 'pin', 'contact']) {
          expect(numbers(writer, name)).toEqual(kept[name]);
          const counts = writer.counts(name);
          expect(counts).toMatchObject({
            submitted: submitted[name],
            written: kept[name]!.length,
            pending: 0,
          });
          expect(addsUp(counts)).toBe(true);
        }
        expect(writer.backend.dangling()).toEqual([]);
        const ids = writer.backend.rows('body').map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 120 },
    );
    expect(droppedUnits).toBeGreaterThan(20);
  });
});
