import { describe, expect, test } from 'vitest';
import { CUT, EPOCH } from '../../src/buffer/words.ts';
import { array, defineTable, f64, ref } from '../../src/index.ts';
import { betweenAtomics } from '../support/between-atomics.ts';
import { type FakeLane, FakeLanes } from '../support/fake-lanes.ts';
import { addsUp } from '../support/fake-writer.ts';

const body = defineTable('body', { n: f64(), state: array('f64', 128) });
const contact = defineTable('contact', { n: f64(), body_id: ref(body) });
const state = new Float64Array(128);
const LIMIT = 2 * 2 ** 20;

const numbers = (lanes: FakeLanes, table: string) => lanes.backend.rows(table).map(({ n }) => n);
const upTo = (end: number) => Array.from({ length: end }, (_, n) => n);

function expectToAddUp(lanes: FakeLanes): void {
  for (const metrics of Object.values(lanes.metrics().tables)) expect(addsUp(metrics)).toBe(true);
  expect(lanes.leaks()).toEqual([]);
}

/** A lane in the middle of a unit of which the writer has a part, and how many rows it gave. */
function inParts(lanes: FakeLanes) {
  const lane = lanes.attach();
  const bodies = lane.open(body);
  lane.lane.beginUnit();
  let n = 0;
  while (!lanes.drainer.busy) bodies.append({ n: n++, state });
  return { lane, bodies, rows: n };
}

describe('a lane ends in the middle of a unit that is larger than the memory', () => {
  test('what the writer had of it is taken back, and counted as failed', () => {
    const lanes = new FakeLanes({ memoryLimitBytes: LIMIT });
    const own = lanes.main.open(body);
    own.append({ n: -1, state });
    const { lane } = inParts(lanes);
    own.append({ n: -2, state });
    lane.die();
    lanes.flush();
    expect(numbers(lanes, 'body')).toEqual([-1, -2]);
    expect(lanes.backend.commits.every(({ open }) => !open)).toBe(true);
    expect(lanes.backend.abandoned.length).toBeGreaterThan(0);
    expect(lanes.parted).toMatchObject([{ lane, unitOpen: true }]);
    expect(lanes.metrics().tables.body).toMatchObject({ written: 2, pending: 0 });
    expect(lanes.metrics().tables.body!.failed).toBe(lanes.parted[0]!.rows);
    expectToAddUp(lanes);
  });

  test('rows that it gave and the writer has not read are lost with it', () => {
    const lanes = new FakeLanes({ memoryLimitBytes: LIMIT });
    const { lane, bodies, rows } = inParts(lanes);
    bodies.append({ n: rows, state });
    lane.lane.publishOpen();
    lane.die();
    lanes.part();
    expect(numbers(lanes, 'body')).toEqual([]);
    expect(lanes.drainer.busy).toBe(false);
    expect(lanes.metrics().tables.body).toMatchObject({ written: 0, pending: 0, failed: rows + 1 });
    lanes.main.open(body).append({ n: -1, state });
    lanes.flush();
    expect(numbers(lanes, 'body')).toEqual([-1]);
    expectToAddUp(lanes);
  });

  test('rows of which the writer has not read the first part are lost with it', () => {
    const lanes = new FakeLanes({ memoryLimitBytes: LIMIT });
    const lane = lanes.attach();
    const bodies = lane.open(body);
    lane.lane.beginUnit();
    bodies.append({ n: 0, state });
    lane.lane.publishOpen();
    lane.die();
    lanes.part();
    lanes.main.open(body).append({ n: -1, state });
    lanes.flush();
    expect(numbers(lanes, 'body')).toEqual([-1]);
    expect(lanes.metrics().tables.body).toMatchObject({ written: 1, pending: 0, failed: 1 });
    expectToAddUp(lanes);
  });

  test('of two such lanes at once, nothing waits for the second', () => {
    const lanes = new FakeLanes({ memoryLimitBytes: LIMIT });
    const first = inParts(lanes).lane;
    const second = lanes.attach();
    const bodies = second.open(body);
    second.lane.beginUnit();
    bodies.append({ n: 0, state });
    second.lane.publishOpen();
    first.die();
    second.die();
    lanes.drain();
    lanes.drain();
    lanes.main.open(body).append({ n: -1, state });
    lanes.flush();
    expect(numbers(lanes, 'body')).toEqual([-1]);
    expect(lanes.lanes).toEqual([lanes.main]);
    expect(lanes.metrics().tables.body).toMatchObject({ written: 1, pending: 0 });
    expectToAddUp(lanes);
  });

  test('a table that was made meanwhile is there for others', () => {
    const lanes = new FakeLanes({ memoryLimitBytes: LIMIT });
    const own = lanes.main.open(body);
    const { lane } = inParts(lanes);
    const contacts = lanes.main.open(contact);
    lane.die();
    lanes.drain();
    contacts.append({ n: 1, body_id: own.append({ n: 0, state }) });
    lanes.flush();
    expect(numbers(lanes, 'contact')).toEqual([1]);
    expect(lanes.backend.dangling()).toEqual([]);
  });
});

test('a unit larger than the memory that has ended is written whole, though its thread is gone before the writer looks', () => {
  const lanes = new FakeLanes({ memoryLimitBytes: LIMIT });
  const { lane, bodies, rows } = inParts(lanes);
  bodies.append({ n: rows, state });
  lane.lane.endUnit();
  lane.die();
  lanes.part();
  expect(numbers(lanes, 'body')).toEqual(upTo(rows + 1));
  expect(lanes.metrics().tables.body).toMatchObject({ written: rows + 1, pending: 0, failed: 0 });
  expectToAddUp(lanes);
});

describe('the recorder is closed first', () => {
  test('a unit larger than the memory that ends meanwhile is written whole or not at all', () => {
    const lanes = new FakeLanes({ memoryLimitBytes: LIMIT });
    const { lane, bodies, rows } = inParts(lanes);
    let ended = false;
    // While the writer writes for the last time, the lane ends its unit.
    lanes.backend.onWrite = () => {
      if (ended) return;
      ended = true;
      bodies.append({ n: rows, state });
      lane.lane.endUnit();
    };
    bodies.append({ n: rows - 1, state });
    lane.lane.publishOpen();
    lanes.close();
    expect(ended).toBe(true);
    const seen = numbers(lanes, 'body');
    if (seen.length > 0) expect(seen).toEqual([...upTo(rows), rows - 1, rows]);
    expect(lanes.backend.commits.at(-1)?.open ?? false).toBe(false);
  });

  test('a unit larger than the memory that goes on is taken back, and nothing of it comes later', () => {
    const lanes = new FakeLanes({ memoryLimitBytes: LIMIT });
    const own = lanes.main.open(body);
    const { lane, bodies, rows } = inParts(lanes);
    own.append({ n: -1, state });
    lanes.main.lane.publish();
    bodies.append({ n: rows, state });
    lane.lane.publishOpen();
    lanes.drainer.closeLanes();
    expect(numbers(lanes, 'body')).toEqual([-1]);
    expect(lanes.backend.commits.every(({ open }) => !open)).toBe(true);
  });

  test('units of several lanes that are larger than the memory leave no open commit', () => {
    const lanes = new FakeLanes({ memoryLimitBytes: LIMIT });
    inParts(lanes);
    const other = lanes.attach();
    const bodies = other.open(body);
    other.lane.beginUnit();
    bodies.append({ n: 0, state });
    other.lane.publishOpen();
    lanes.close();
    expect(numbers(lanes, 'body')).toEqual([]);
    expect(lanes.backend.commits).toEqual([]);
  });
});

describe('keys across lanes', () => {
  test('a lane is attached while the last other one goes: single appends are still published at once', () => {
    const lanes = new FakeLanes();
    const bodies = lanes.main.open(body);
    const first = lanes.attach();
    first.open(body).append({ n: -1, state });
    first.close();
    let second: FakeLane | undefined;
    // The writer has no time to hear of the second lane before it parts with the first.
    lanes.backend.onWrite = () => {
      second ??= lanes.attach();
    };
    lanes.part();
    const id = bodies.append({ n: 0, state });
    second!.open(contact).append({ n: 1, body_id: id });
    lanes.drain();
    expect(numbers(lanes, 'contact')).toEqual([1]);
    expect(lanes.backend.dangling()).toEqual([]);
  });

  test('a thread that is interrupted while it publishes and while the writer reads hides none of its rows', () => {
    const lanes = new FakeLanes({ orderedStores: false });
    const bodies = lanes.attach();
    const contacts = lanes.attach();
    const { append } = bodies.open(body);
    const other = contacts.open(contact);
    contacts.open(body);
    append({ n: 0, state });
    lanes.drain();
    const id = append({ n: 1, state });
    other.append({ n: 2, body_id: id });
    const gone = new Error('the thread is gone');
    let seen = false;
    betweenAtomics(
      () => lanes.drainer.drain(),
      ({ when, operation, array, index }) => {
        if (seen || when !== 'after' || operation !== 'load' || index !== CUT) return;
        if ((array as Int32Array).buffer !== bodies.lane.words.buffer) return;
        seen = true;
        // The next cut was begun in the epoch before; the one after it is not published yet.
        Atomics.sub(lanes.control, EPOCH, 1);
        append({ n: 3, state });
        Atomics.add(lanes.control, EPOCH, 1);
        expect(() =>
          betweenAtomics(
            () => append({ n: 4, state }),
            (step) => {
              if (step.when === 'before' && step.operation === 'exchange' && step.index === CUT) throw gone;
            },
          ),
        ).toThrow(gone);
      },
    );
    expect(seen).toBe(true);
    expect(lanes.backend.dangling()).toEqual([]);
    expect(numbers(lanes, 'contact')).toEqual([2]);
  });
});

test('after a permanent failure no lane waits for another one, and every row is counted', () => {
  const lanes = new FakeLanes({ memoryLimitBytes: LIMIT });
  const own = lanes.main.open(body);
  const lane = lanes.attach();
  const bodies = lane.open(body);
  lanes.backend.onWrite = () => {
    throw Object.assign(new Error('the disk is gone'), { code: 'EIO' });
  };
  own.append({ n: 0, state });
  lanes.flush();
  expect(lanes.reported).toHaveLength(1);
  lane.lane.beginUnit();
  bodies.append({ n: 1, state });
  lane.lane.publishOpen();
  lanes.drain();
  own.append({ n: 2, state });
  lanes.flush();
  expect(lanes.metrics().tables.body).toMatchObject({ submitted: 3, failed: 3, pending: 0 });
  lane.close();
  lanes.drain();
  expect(lanes.lanes).toEqual([lanes.main]);
  expectToAddUp(lanes);
});
