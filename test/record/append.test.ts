import { describe, expect, test } from 'vitest';
import { show } from '../../src/errors.ts';
import { f64, i8, ref, utf8 } from '../../src/schema/columns.ts';
import { SimulationFrame } from '../../src/schema/standard.ts';
import { defineTable } from '../../src/schema/table.ts';
import { refusal } from '../support/errors.ts';
import { addsUp, FakeWriter } from '../support/fake-writer.ts';
import type { StoredRow } from '../support/memory-backend.ts';
import { KINDS } from '../support/values.ts';

/** Flat columns of a value in column `v`. */
function stored(parts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parts).map(([part, value]) => [`v${part}`, value]));
}

const allNull = (parts: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.keys(parts).map((part) => [`v${part}`, null]));

describe.each([
  ['the generated append', true],
  ['the loop over columns', false],
])('%s', (_, generate) => {
  describe.each(KINDS)('a column of $name', ({ column, taken, refused }) => {
    const required = defineTable('t', { before: i8(), v: column({}), after: utf8() });
    const nullable = defineTable('t', { before: i8(), v: column({ nullable: true }), after: utf8() });
    const row = (v: unknown) => ({ before: 7, v, after: 'end' });
    const read = (id: number, parts: object): StoredRow => ({ id, before: 7, ...parts, after: 'end' });

    test.each([
      ['required', required],
      ['nullable', nullable],
    ])('%s: takes what it can hold, and gives it back', (_, schema) => {
      const writer = new FakeWriter();
      const { append } = writer.open(schema, generate);
      const ids = taken.map(([value]) => append(row(value)));
      writer.flush();
      expect(writer.backend.rows('t')).toEqual(taken.map(([, parts], i) => read(ids[i]!, stored(parts))));
      expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    });

    test.each([
      ['required', required],
      ['nullable', nullable],
    ])('%s: refuses what it cannot hold, naming it, and leaves no half row', (_, schema) => {
      const writer = new FakeWriter();
      const { append } = writer.open(schema, generate);
      const [good, parts] = taken[0]!;
      for (const value of refused) {
        const error = refusal('InvalidValue', () => append(row(value)));
        expect(error.fields).toEqual({ table: 't', column: 'v', value });
        expect(Object.is(error.fields.value, value)).toBe(true);
        expect(error.message.startsWith(`t.v is ${show(value)}; it takes `)).toBe(true);
        append(row(good));
      }
      writer.flush();
      const rows = writer.backend.rows('t');
      expect(rows.map(({ id, ...rest }) => rest)).toEqual(
        refused.map(() => ({ ...read(0, stored(parts)), id: undefined })),
      );
      const counts = writer.counts('t');
      expect(counts).toMatchObject({ submitted: 2 * refused.length, rejected: refused.length, pending: 0 });
      expect(counts.written).toBe(refused.length);
      expect(addsUp(counts)).toBe(true);
    });

    test('required: refuses a missing value and, unless it is JSON, null', () => {
      const writer = new FakeWriter();
      const { append } = writer.open(required, generate);
      const isJson = column({}).kind === 'json';
      for (const value of isJson ? [undefined] : [undefined, null]) {
        const error = refusal('InvalidValue', () => append(row(value)));
        expect(error.fields).toEqual({ table: 't', column: 'v', value });
        expect(error.message).toContain(`t.v is ${value === null ? 'null' : 'missing'};`);
        expect(error.message).toContain('nullable');
      }
      refusal('InvalidValue', () => append({ before: 7, after: 'end' }));
      writer.flush();
      expect(writer.backend.rows('t')).toEqual([]);
    });

    test('nullable: a value that is null, undefined or left out comes back as null', () => {
      const writer = new FakeWriter();
      const { append } = writer.open(nullable, generate);
      const [good, parts] = taken.at(-1)!;
      // Twice through the same memory, so that an old value would show.
      for (let i = 0; i < 3; i++) append(row(good));
      append(row(null));
      append(row(undefined));
      append({ before: 7, after: 'end' });
      append(row(good));
      writer.flush();
      const rows = writer.backend.rows('t').map(({ id, ...rest }) => rest);
      const full = { before: 7, ...stored(parts), after: 'end' };
      const empty = { before: 7, ...allNull(parts), after: 'end' };
      expect(rows).toEqual([full, full, full, empty, empty, empty, full]);
    });
  });

  test.each([[undefined], [null], [7], ['row'], [true], [1n], [() => 1]])('%s is no row', (row) => {
    const writer = new FakeWriter();
    const { append } = writer.open(defineTable('t', { a: f64() }), generate);
    const error = refusal('InvalidValue', () => append(row));
    expect(error.fields).toEqual({ table: 't', column: '', value: row });
    expect(error.message).toContain(show(row));
    append({ a: 1 });
    writer.flush();
    expect(writer.backend.rows('t')).toEqual([{ id: 1, a: 1 }]);
    expect(writer.counts('t')).toMatchObject({ submitted: 2, written: 1, rejected: 1 });
  });

  test('a null row keeps no bytes of the row that its memory held before', () => {
    const writer = new FakeWriter();
    const { append, ring } = writer.open(defineTable('t', { a: f64({ nullable: true }) }), generate);
    const rounds = 3 * ring.layout.rows;
    for (let i = 0; i < rounds; i++) {
      append({ a: 7 });
      writer.flush();
    }
    append({ a: null });
    const { start } = ring.layout.fields[0]!;
    expect(ring.views.F64[start + ring.row - 1]).toBe(0);
  });

  describe('references', () => {
    const body = defineTable('body', { mass: f64() });
    const state = defineTable('state', { body_id: ref(body), frame_id: ref(SimulationFrame) });
    const loose = defineTable('loose', { body_id: ref(body, { nullable: true }), n: f64() });
    const optional = defineTable('optional', {
      frame_id: ref(SimulationFrame, { nullable: true }),
      n: f64(),
    });

    function setUp(): { writer: FakeWriter; open: (schema: typeof state) => (row: unknown) => number } {
      const writer = new FakeWriter();
      writer.open(body, generate);
      writer.open(SimulationFrame, generate);
      return { writer, open: (schema) => writer.open(schema, generate).append };
    }

    test.each([
      [-1],
      [1.5],
      [Number.NaN],
      [Number.POSITIVE_INFINITY],
      [2 ** 53],
      ['1'],
      [1n],
      [true],
      [{}],
      [null],
    ])('an id of %s is refused', (id) => {
      const { writer, open } = setUp();
      const append = open(state);
      const error = refusal('InvalidValue', () => append({ body_id: id, frame_id: 1 }));
      expect(error.fields).toEqual({ table: 'state', column: 'body_id', value: id });
      expect(error.message).toContain('body');
      expect(writer.counts('state')).toMatchObject({ submitted: 1, rejected: 1 });
    });

    test('an id comes back as it was given', () => {
      const { writer } = setUp();
      const { append } = writer.open(loose, generate);
      for (const id of [1, 2 ** 53 - 1, null]) append({ body_id: id, n: 1 });
      writer.flush();
      expect(writer.backend.rows('loose').map((row) => row.body_id)).toEqual([1, 2 ** 53 - 1, null]);
    });

    test('a frame that is left out is the open one, a frame that is given wins, and null is no frame', () => {
      const { writer } = setUp();
      const { append } = writer.open(optional, generate);
      writer.lane.frameId = 5;
      append({ n: 1 });
      append({ n: 2, frame_id: 3 });
      append({ n: 3, frame_id: null });
      writer.lane.frameId = 0;
      append({ n: 4 });
      writer.flush();
      expect(writer.backend.rows('optional').map((row) => row.frame_id)).toEqual([5, 3, null, null]);
    });

    test('without an open frame a required frame must be given', () => {
      const { writer, open } = setUp();
      const append = open(state);
      const error = refusal('InvalidValue', () => append({ body_id: 1 }));
      expect(error.fields).toEqual({ table: 'state', column: 'frame_id', value: undefined });
      expect(error.message).toContain('recordFrame');
      append({ body_id: 1, frame_id: 4 });
      writer.flush();
      expect(writer.backend.rows('state')).toEqual([{ id: 1, body_id: 1, frame_id: 4 }]);
    });

    test('0, which only a policy that drops gives out, is no id where nothing is ever dropped', () => {
      const { open } = setUp();
      const append = open(state);
      const error = refusal('InvalidValue', () => append({ body_id: 0, frame_id: 1 }));
      expect(error.fields).toEqual({ table: 'state', column: 'body_id', value: 0 });
    });
  });

  describe('fields that no column takes', () => {
    const schema = defineTable('t', { a: f64(), b: f64({ nullable: true }) });

    test('are refused by name in the first rows', () => {
      const writer = new FakeWriter();
      const { append } = writer.open(schema, generate);
      const error = refusal('InvalidValue', () => append({ a: 1, c: 'x' }));
      expect(error.fields).toEqual({ table: 't', column: 'c', value: 'x' });
      expect(error.message).toContain('"c"');
      expect(error.message).toContain('a, b');
      append({ a: 1 });
      writer.flush();
      expect(writer.backend.rows('t')).toEqual([{ id: 1, a: 1, b: null }]);
      expect(writer.counts('t')).toMatchObject({ submitted: 2, written: 1, rejected: 1 });
    });

    test('are refused in each row where all is checked', () => {
      const writer = new FakeWriter();
      const { append } = writer.open(schema, generate, 'full');
      for (let i = 0; i < 500; i++) append({ a: i });
      expect(refusal('InvalidValue', () => append({ a: 1, c: 1 })).fields.column).toBe('c');
      append({ a: 500 });
      writer.flush();
      expect(writer.backend.rows('t')).toHaveLength(501);
      expect(writer.counts('t')).toMatchObject({ submitted: 502, written: 501, rejected: 1 });
    });
  });
});
