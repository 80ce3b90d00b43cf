import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { array, bytes, f64 } from '../../../src/schema/columns.ts';
import { defineTable } from '../../../src/schema/table.ts';
import { refusal } from '../../support/errors.ts';
import { FakeLanes } from '../../support/fake-lanes.ts';
import { addsUp, FakeWriter } from '../../support/fake-writer.ts';
import { rowsOf } from '../../support/memory-backend.ts';
import { body, contact, LIMIT, MANY, numbers, place, state, upTo } from './tables.ts';

describe('block', () => {
  test('waits for the writer, and loses nothing', () => {
    const writer = new FakeWriter({ memoryLimitBytes: LIMIT });
    const { append } = writer.open(body);
    for (let n = 0; n < MANY; n++) append({ n, state });
    writer.flush();
    expect(numbers(writer, 'body')).toEqual(upTo(MANY));
    expect(writer.counts('body')).toMatchObject({ submitted: MANY, written: MANY });
    expect(writer.backend.commits.length).toBeGreaterThan(3);
    expect(writer.backend.commits.some(({ open }) => open)).toBe(false);
  });

  test('never takes more memory than the limit', () => {
    const writer = new FakeWriter({ memoryLimitBytes: LIMIT });
    const { append } = writer.open(body);
    for (let n = 0; n < MANY; n++) {
      append({ n, state });
      if (n % 50 === 0) expect(writer.metrics().buffer.bytesAllocated).toBeLessThanOrEqual(LIMIT);
    }
    expect(writer.metrics().buffer).toMatchObject({ bytesLimit: LIMIT });
  });

  test('a process that is stopped for a minute while it waits has not waited for a minute', () => {
    let clock = 0;
    let waits = 0;
    const now = vi.spyOn(performance, 'now').mockImplementation(() => clock);
    onTestFinished(() => now.mockRestore());
    const lanes = new FakeLanes({
      memoryLimitBytes: LIMIT,
      maxWaitMs: 5000,
      onWait: () => {
        clock += 60_000;
        // The writer was stopped with it, and comes to its turn later.
        if (++waits === 3) lanes.drain();
      },
    });
    const { append } = lanes.main.open(body);
    for (let n = 0; waits < 3; n++) append({ n, state });
    expect(lanes.metrics().stallMs).toBe(180_000);
  });

  test('refuses the row that a writer who never drains leaves no room for, and only that one', () => {
    const writer = new FakeWriter({ memoryLimitBytes: LIMIT, diligence: 'asleep', maxWaitMs: 5 });
    const { append } = writer.open(body);
    let n = 0;
    const error = refusal('Backpressure', () => {
      for (; n < MANY; n++) append({ n, state });
    });
    expect(error.fields.table).toBe('body');
    expect(error.fields.waitedMs).toBeGreaterThanOrEqual(5);
    expect(error.message).toContain('body');
    expect(writer.metrics().stallMs).toBeGreaterThanOrEqual(5);
    expect(writer.counts('body')).toMatchObject({ submitted: n + 1, rejected: 1, dropped: 0, pending: n });
    writer.drain();
    append({ n, state });
    writer.flush();
    expect(numbers(writer, 'body')).toEqual(upTo(n + 1));
    expect(writer.counts('body')).toMatchObject({
      submitted: n + 2,
      written: n + 1,
      rejected: 1,
      pending: 0,
    });
  });

  test('a unit that is larger than the memory goes through in parts that become visible with its end', () => {
    const writer = new FakeWriter({ memoryLimitBytes: LIMIT });
    const { append } = writer.open(body);
    const contacts = writer.open(contact);
    append({ n: 0, state });
    writer.lane.beginUnit();
    for (let n = 1; n <= MANY; n++) {
      const id = append({ n, state });
      if (n % 2 === 0) contacts.append({ n, body_id: id, state });
    }
    const parts = writer.backend.commits.filter(({ open }) => open);
    expect(parts.length).toBeGreaterThan(5);
    expect(numbers(writer, 'body')).toEqual([0]);
    expect(writer.counts('body').written).toBe(1);
    writer.lane.endUnit();
    writer.drain();
    expect(numbers(writer, 'body')).toEqual(upTo(MANY + 1));
    expect(numbers(writer, 'contact')).toEqual(upTo(MANY + 1).filter((n) => n > 0 && n % 2 === 0));
    expect(writer.backend.dangling()).toEqual([]);
    const last = writer.backend.commits.at(-1)!;
    expect(last.open).toBe(false);
    expect(parts.every(({ number }) => number === last.number)).toBe(true);
    expect(writer.counts('body')).toMatchObject({ submitted: MANY + 1, written: MANY + 1, pending: 0 });
  });

  test('a unit whose last part ends exactly with it still closes its commit', () => {
    const writer = new FakeWriter({ memoryLimitBytes: LIMIT });
    const { append } = writer.open(body);
    writer.lane.beginUnit();
    let n = 0;
    // Stop at the first row after a part was taken, and take the rest of the unit as a part too.
    while (!writer.backend.commits.some(({ open }) => open)) append({ n: n++, state });
    writer.lane.endUnit();
    writer.drain();
    writer.lane.beginUnit();
    append({ n: n++, state });
    writer.lane.endUnit();
    writer.drain();
    expect(writer.backend.commits.at(-1)!.open).toBe(false);
    expect(numbers(writer, 'body')).toEqual(upTo(n));
  });

  test('a backend that fails on a part counts all rows of the unit as failed', () => {
    const writer = new FakeWriter({ memoryLimitBytes: LIMIT });
    const { append } = writer.open(body);
    append({ n: 0, state });
    writer.flush();
    let parts = 0;
    writer.backend.onWrite = ({ open }) => {
      if (open && ++parts === 3) throw new Error('disk gone');
    };
    writer.lane.beginUnit();
    for (let n = 1; n <= MANY; n++) append({ n, state });
    writer.lane.endUnit();
    writer.drain();
    expect(writer.reported.map(({ message }) => message)).toEqual([expect.stringContaining('disk gone')]);
    expect(numbers(writer, 'body')).toEqual([0]);
    const counts = writer.counts('body');
    expect(counts).toMatchObject({ submitted: MANY + 1, written: 1, failed: MANY, pending: 0 });
    expect(addsUp(counts)).toBe(true);
  });

  test('memory comes back once the writer has caught up', () => {
    const writer = new FakeWriter();
    const { append, ring } = writer.open(body);
    for (let n = 0; n < MANY; n++) append({ n, state });
    const before = writer.metrics().buffer;
    expect(before.bytesInUse).toBeGreaterThan(MANY * 1024);
    expect(before.bytesAllocated).toBeGreaterThanOrEqual(before.bytesInUse);
    writer.flush();
    const current = ring.views.U8.length;
    expect(writer.metrics().buffer.bytesInUse).toBe(current);
    ring.reclaim();
    expect(writer.metrics().buffer.bytesAllocated).toBe(Math.ceil(current / 1024) * 1024);
    expect(writer.metrics().buffer.utilization).toBe(current / writer.options.memoryLimitBytes);
  });

  test('tables of which each keeps little more than its first segment still pass their rows', () => {
    const schemas = upTo(6).map((i) => defineTable(`t${i}`, { n: f64(), state: array('f64', 128) }));
    // Less than the first segments take: each table has the one being written and the one being read.
    const writer = new FakeWriter({ memoryLimitBytes: 100 * 1024 });
    const opened = schemas.map((schema) => writer.open(schema));
    for (let n = 0; n < 500; n++) for (const { append } of opened) append({ n, state });
    writer.flush();
    for (const { name } of schemas) expect(numbers(writer, name)).toEqual(upTo(500));
  });

  test('a ring of long texts asks to be drained as it fills, like any other', () => {
    const writer = new FakeWriter({ diligence: 'awake' });
    const { append } = writer.open(defineTable('log', { text: bytes() }));
    const text = new Uint8Array(8192);
    for (let n = 0; n < 1000; n++) append({ text });
    expect(writer.counts('log').written).toBeGreaterThan(500);
  });
});

describe('error', () => {
  test('refuses the row that finds no room, counts it, and goes on once there is room', () => {
    const writer = new FakeWriter({ memoryLimitBytes: LIMIT, overflow: 'error' });
    const { append } = writer.open(body);
    let n = 0;
    const error = refusal('BufferFull', () => {
      for (; n < MANY; n++) append({ n, state });
    });
    expect(error.fields).toEqual({ table: 'body' });
    expect(error.message).toContain('body');
    refusal('BufferFull', () => append({ n, state }));
    writer.drain();
    append({ n, state });
    writer.flush();
    expect(numbers(writer, 'body')).toEqual(upTo(n + 1));
    const counts = writer.counts('body');
    expect(counts).toMatchObject({ submitted: n + 3, written: n + 1, rejected: 2, dropped: 0, pending: 0 });
  });

  test('a static table waits instead', () => {
    const writer = new FakeWriter({ memoryLimitBytes: LIMIT, overflow: 'error' });
    const { append } = writer.open(place);
    for (let n = 0; n < MANY; n++) append({ n, state });
    writer.flush();
    expect(numbers(writer, 'place')).toEqual(upTo(MANY));
  });
});

test('a commit never holds a row of a unit that is open', () => {
  const writer = new FakeWriter({ diligence: 'awake', maxRecords: 10 });
  const { append } = writer.open(body);
  append({ n: 0, state });
  writer.lane.beginUnit();
  for (let n = 1; n <= 300; n++) {
    append({ n, state });
    writer.lane.publish();
    writer.drain();
  }
  expect(writer.backend.commits.flatMap((commit) => rowsOf(commit, 'body')).map(({ n }) => n)).toEqual([0]);
  writer.lane.endUnit();
  writer.drain();
  expect(rowsOf(writer.backend.commits.at(-1)!, 'body')).toHaveLength(300);
});

test('so many rows of a table as maxRecords says call for a drain', () => {
  const writer = new FakeWriter({ diligence: 'awake', maxRecords: 100 });
  const { append } = writer.open(body);
  // The first rows are each looked at, so that the count starts behind them.
  for (let n = 0; n < 1000; n++) append({ n, state });
  expect(writer.counts('body').pending).toBeLessThanOrEqual(100);
  expect(writer.counts('body').written).toBeGreaterThanOrEqual(900);
});
