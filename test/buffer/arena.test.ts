import { describe, expect, test } from 'vitest';
import { bytes, f64, json, utf8 } from '../../src/schema/columns.ts';
import { defineTable } from '../../src/schema/table.ts';
import { refusal } from '../support/errors.ts';
import { addsUp, FakeWriter } from '../support/fake-writer.ts';
import fc from '../support/fast-check.ts';

const note = defineTable('note', { n: f64(), text: utf8(), raw: bytes(), data: json() });
const label = defineTable('label', { text: utf8() });
const holder = defineTable('data', { data: json() });

const ASCII = 'abcdefghijklmnopqrstuvwxyz';
const ascii = (length: number) => ASCII.repeat(Math.ceil(length / 26)).slice(0, length);
/** Two bytes a character, so that an end falls inside one. */
const greek = (length: number) => 'αβγδε'.repeat(Math.ceil(length / 5)).slice(0, length);
const blob = (length: number) => Uint8Array.from({ length }, (_, i) => i * 7);

function row(n: number, size: number) {
  return {
    n,
    text: n % 2 === 0 ? ascii(size) : greek(size),
    raw: blob(size),
    data: { n, text: ascii(size) },
  };
}

function read(n: number, size: number, id: number) {
  const { data, ...rest } = row(n, size);
  return { id, ...rest, data: JSON.stringify(data) };
}

describe('text, bytes and JSON', () => {
  test.each([0, 1, 24, 25, 40, 41, 4095, 4096, 4097, 65_536, 2 ** 21])(
    'of %i characters come back',
    (size) => {
      const writer = new FakeWriter();
      const { append } = writer.open(note);
      append(row(0, size));
      append(row(1, size));
      append(row(2, 3));
      writer.flush();
      const rows = writer.backend.rows('note');
      const expected = [read(0, size, rows[0]!.id as number), read(1, size, rows[1]!.id as number)];
      // Byte arrays of megabytes are compared as buffers, which takes no time.
      for (const [i, { raw, ...rest }] of [...expected, read(2, 3, rows[2]!.id as number)].entries()) {
        const { raw: stored, ...other } = rows[i]!;
        expect(other).toEqual(rest);
        expect(Buffer.compare(stored as Uint8Array, raw)).toBe(0);
      }
      expect(rows).toHaveLength(3);
    },
  );

  test('a value that ends exactly at, just before or just behind the end of an arena comes back', () => {
    const room = new FakeWriter().open(label).ring.layout.arenaBytes;
    for (const make of [ascii, greek]) {
      for (let first = room - 60; first <= room + 3; first++) {
        const writer = new FakeWriter();
        const { append } = writer.open(label);
        const unit = make === greek ? 2 : 1;
        const texts = [make(Math.floor(first / unit)), make(20), '', make(39), make(45)];
        for (const text of texts) append({ text });
        writer.flush();
        expect(writer.backend.rows('label').map(({ text }) => text)).toEqual(texts);
      }
    }
  });

  test('values of any sizes come back through any number of arenas', () => {
    const size = fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 0, max: 60 }) },
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 5000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 300_000 }) },
    );
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 40 }), fc.boolean(), (sizes, eager) => {
        const writer = new FakeWriter({ diligence: eager ? 'awake' : 'pressed' });
        const { append } = writer.open(note);
        const ids = sizes.map((length, n) => append(row(n, length)));
        writer.flush();
        const rows = writer.backend.rows('note');
        expect(rows.map(({ id }) => id)).toEqual(ids);
        for (const [n, length] of sizes.entries()) {
          const { raw, ...expected } = read(n, length, ids[n]!);
          expect(rows[n]).toMatchObject(expected);
          expect(Buffer.compare(rows[n]!.raw as Uint8Array, raw)).toBe(0);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('any well-formed text comes back, and no other is taken', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 80 }), { maxLength: 10 }), (texts) => {
        const writer = new FakeWriter();
        const { append } = writer.open(label);
        for (const text of texts) {
          if (text.isWellFormed()) append({ text });
          else refusal('InvalidValue', () => append({ text }));
        }
        writer.flush();
        const rows = writer.backend.rows('label');
        expect(rows.map(({ text }) => text)).toEqual(texts.filter((text) => text.isWellFormed()));
      }),
      { numRuns: 50 },
    );
  });

  test('a row that is refused gives back what it wrote into the arena', () => {
    const writer = new FakeWriter();
    const { append, ring } = writer.open(note);
    append(row(0, 10));
    const { used } = ring.arena;
    for (let i = 0; i < 3; i++) {
      refusal('InvalidValue', () => append({ ...row(1, 200), data: undefined }));
      expect(ring.arena.used).toBe(used);
    }
    append(row(1, 10));
    writer.flush();
    expect(writer.backend.rows('note')).toEqual([read(0, 10, 1), read(1, 10, 2)]);
  });
});

describe('a row larger than the memory limit', () => {
  const limit = 2 ** 20;

  test.each([
    ['text', { text: ascii(2 * limit) }],
    ['text', { text: greek(limit) }],
    ['bytes', { raw: new Uint8Array(2 * limit) }],
    ['JSON', { data: Array.from({ length: limit / 4 }, (_, i) => i) }],
    ['JSON text', { data: [ascii(2 * limit)] }],
  ])('is refused for its %s, counted, and the next one is taken', (_, large) => {
    for (const overflow of ['block', 'drop-newest', 'error'] as const) {
      const writer = new FakeWriter({ memoryLimitBytes: limit, overflow });
      const { append } = writer.open(note);
      append(row(0, 10));
      const error = refusal('RowTooLarge', () => append({ ...row(1, 10), ...large }));
      expect(error.fields).toMatchObject({ table: 'note', limit });
      expect(error.fields.bytes).toBeGreaterThan(limit);
      expect(error.message).toContain('note');
      const id = append(row(2, 10));
      writer.flush();
      expect(writer.backend.rows('note')).toEqual([read(0, 10, 1), read(2, 10, id)]);
      const counts = writer.counts('note');
      expect(counts).toMatchObject({
        submitted: 3,
        written: 2,
        dropped: 0,
        rejected: 1,
        failed: 0,
        pending: 0,
      });
      expect(addsUp(counts)).toBe(true);
    }
  });

  test('is only one that needs more, not one that might', () => {
    const writer = new FakeWriter({ memoryLimitBytes: limit });
    const { append } = writer.open(label);
    const text = ascii(limit / 2);
    append({ text });
    writer.flush();
    expect(writer.backend.rows('label')).toEqual([{ id: 1, text }]);
  });
});

describe('shapes of objects', () => {
  test('of one recorder mean nothing to another', () => {
    const keys = ['a', 'b', 'c', 'd'];
    for (const key of keys) {
      const writer = new FakeWriter();
      const { append } = writer.open(note);
      const other = writer.open(defineTable('other', { data: json() }));
      append({ ...row(0, 1), data: { [key]: 1 } });
      other.append({ data: { [`${key}2`]: 1 } });
      writer.flush();
      expect(writer.reported).toEqual([]);
      expect(writer.backend.rows('note').map(({ data }) => data)).toEqual([`{"${key}":1}`]);
      expect(writer.backend.rows('other').map(({ data }) => data)).toEqual([`{"${key}2":1}`]);
    }
  });

  test('keep the order of keys, awkward keys and prefixes of each other apart', () => {
    const values = [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
      { a: 1 },
      {},
      { a: { a: { b: 1 } }, b: {} },
      { '': 1, 'quo"te': 2, 'ü\n': 3, 10: 4, 2: 5 },
      JSON.parse('{"__proto__":1,"constructor":2}') as object,
      [{ a: 1 }, { b: 1 }, { a: 2 }, { b: 2 }],
    ];
    const writer = new FakeWriter();
    const { append } = writer.open(holder);
    for (let round = 0; round < 3; round++) for (const data of values) append({ data });
    writer.flush();
    const texts = values.map((value) => JSON.stringify(value));
    expect(writer.backend.rows('data').map(({ data }) => data)).toEqual([...texts, ...texts, ...texts]);
  });

  test('beyond the 4,096 that are numbered come back like the others', () => {
    const writer = new FakeWriter();
    const { append } = writer.open(holder);
    const values = Array.from({ length: 4200 }, (_, i) => ({ [`k${i}`]: i, image: Float32Array.of(0.5, i) }));
    for (const data of values) append({ data });
    writer.flush();
    const rows = writer.backend.rows('data').map(({ data }) => data);
    const expected = values.map((value) => JSON.stringify({ ...value, image: [...value.image] }));
    for (const at of [0, 4000, 4094, 4095, 4096, 4097, 4199]) expect(rows[at]).toBe(expected[at]);
    expect(rows).toEqual(expected);
  });
});
