import { describe, expect, it } from 'vitest';
import { readPageHeader } from '../../../src/read/parquet/page-header.ts';
import { disagreement, FactsOf, type Stated } from '../../../src/read/verify/column-bounds.ts';
import { IdSet } from '../../../src/read/verify/id-set.ts';
import { parentsFirst } from '../../../src/read/verify/keys.ts';
import type { TablePlan } from '../../../src/schema/plan.ts';
import fc from '../../support/fast-check.ts';

it('a set of ids is what a Set is', () => {
  const id = fc.oneof(fc.nat(70_000), fc.maxSafeInteger(), fc.constantFrom(0, 65_535, 65_536, 2 ** 53 - 1));
  fc.assert(
    fc.property(fc.array(id), fc.array(id), (added, asked) => {
      const [set, ids] = [new Set<number>(), new IdSet()];
      for (const one of added) {
        expect(ids.add(one)).toBe(!set.has(one));
        set.add(one);
      }
      expect(ids.size).toBe(set.size);
      for (const one of [...asked, ...added]) expect(ids.has(one)).toBe(set.has(one));
    }),
  );
});

describe('statistics against values', () => {
  const factsOf = (...values: unknown[]) => {
    const facts = new FactsOf();
    facts.add(values);
    return facts.facts;
  };
  const stated = (least: Stated['least'], greatest: Stated['greatest'], nulls = 0, exact = true): Stated => ({
    nulls,
    least,
    greatest,
    leastExact: exact,
    greatestExact: exact,
  });
  const bytes = (text: string) => Buffer.from(text);

  it.each([
    [stated(1, 3), factsOf(2, 1, 3)],
    [stated(-0, 0), factsOf(0, -0)],
    [stated(1, 1, 2), factsOf(null, 1, undefined)],
    [stated(null, null, 1), factsOf(null, Number.NaN)],
    [stated(null, null), factsOf(1, 2)],
    [stated(1n, 2n ** 63n), factsOf(2n ** 63n, 1n)],
    [stated(0, 1), factsOf(true, false)],
    [stated(1, 4), factsOf([1, 2], Float64Array.of(4))],
    [stated(bytes('a'), bytes('\u{10000}')), factsOf(bytes('\u{10000}'), bytes('\uFFFD'), bytes('a'))],
    [stated(bytes('a'), bytes('c'), 0, false), factsOf(bytes('ab'), bytes('bbb'))],
  ])('agree: %o', (one, facts) => {
    expect(disagreement(one, facts)).toBeNull();
  });

  it.each([
    [stated(1, 3, 1), factsOf(1, 3), /1 nulls and has 0/],
    [stated(2, 3), factsOf(1, 3), /nothing is below 2, and has 1/],
    [stated(1, 2), factsOf(1, 3), /nothing is above 2, and has 3/],
    [stated(0, 3), factsOf(1, 3), /least value is 0, and it is 1/],
    [stated(1, 4), factsOf(1, 3), /greatest value is 4, and it is 3/],
    [stated(1, null), factsOf(null, Number.NaN), /has no value|1 nulls|0 nulls/],
    [
      stated(bytes('b'), bytes('c'), 0, false),
      factsOf(bytes('a'), bytes('c')),
      /nothing is below "b", and has "a"/,
    ],
  ])('disagree: %o', (one, facts, message) => {
    expect(disagreement(one, facts)).toMatch(message);
  });

  it('add up', () => {
    const all = new FactsOf();
    for (const values of [[1, null], [Number.NaN, 5], [-2]]) {
      const part = new FactsOf();
      part.add(values);
      all.join(part);
    }
    all.addNulls(3);
    expect(all.facts).toEqual({ nulls: 4, nans: 1, least: -2, greatest: 5 });
  });
});

describe('page headers', () => {
  it('are read past fields of every type', () => {
    const header = Uint8Array.of(
      ...[0x15, 0x00], // 1: i32 0
      ...[0x15, 0xc8, 0x01], // 2: i32 100
      ...[0x15, 0x28], // 3: i32 20
      ...[0x15, 0x01], // 4: i32 -1
      // 5: struct of i32 1, booleans, a byte, a double and bytes that would be fields
      ...[
        0x1c, 0x15, 0x02, 0x11, 0x12, 0x13, 0x07, 0x17, 1, 2, 3, 4, 5, 6, 7, 8, 0x18, 3, 0x15, 0x15, 0x15, 0,
      ],
      ...[0x19, 0x35, 2, 4, 6], // 6: list of three i32
      ...[0x1b, 1, 0x58, 2, 1, 65], // 7: map of one i32 to binary
      ...[0x1b, 0], // 8: map of nothing
      ...[0x06, 0x40, 0x08], // 32: i64
      0,
    );
    const shifted = Uint8Array.of(9, 9, ...header, 9);
    expect(readPageHeader(shifted, 2)).toEqual({
      headerBytes: header.length,
      pageBytes: 20,
      plainBytes: 100,
      values: 1,
      isDictionary: false,
      crc: 0xffffffff,
    });
  });

  it('that are none are refused, and never read without end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          expect(readPageHeader(bytes, 0).pageBytes).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect((error as Error).message).toMatch(/page header|struct/);
        }
      }),
    );
    const nested = new Uint8Array(100_000).fill(0x1c);
    expect(() => readPageHeader(nested, 0)).toThrow(/nested too deeply/);
  });
});

it('tables come behind those that they refer to, whatever their order and in circles too', () => {
  const table = (name: string, ...targets: string[]): TablePlan => ({
    name,
    id: 'id',
    key: null,
    static: false,
    columns: targets.map((target) => ({
      name: `${target}_id`,
      kind: 'ref',
      nullable: false,
      references: { table: target, column: 'id' },
    })),
  });
  const order = (...plans: TablePlan[]) => parentsFirst(plans).map(({ name }) => name);
  expect(order(table('c', 'b'), table('b', 'a', 'b'), table('a'))).toEqual(['a', 'b', 'c']);
  expect(order(table('a', 'b'), table('b', 'a')).sort()).toEqual(['a', 'b']);
  expect(order(table('a', 'gone'))).toEqual(['a']);
});
