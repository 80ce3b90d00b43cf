import { describe, expect, test } from 'vitest';
import { show } from '../../../src/errors.ts';
import { refusal } from '../../support/errors.ts';
import { addsUp } from '../../support/fake-writer.ts';
import { Flight } from '../../support/flight.ts';

describe('a field keeps the type of its first value', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;

  test.each<[string, unknown, unknown, unknown]>([
    ['a bigint that a float holds goes into a number column', 1.5, 2n ** 60n, 2 ** 60],
    ['a negative bigint too', 1.5, -7n, -7],
    ['an integer goes into a bigint column', 1n, -5, -5n],
    ['the largest safe integer too', 1n, 2 ** 53 - 1, 2n ** 53n - 1n],
    ['a number goes into a JSON column', {}, 1.5, '1.5'],
    ['text goes into a JSON column', {}, 'a', '"a"'],
    ['a bigint goes into a JSON column', {}, 2n ** 70n, String(2n ** 70n)],
    ['numbers go into a JSON column', {}, [1, 2, 3], '[1,2,3]'],
    ['a date goes into a JSON column', {}, new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['false goes into a JSON column', {}, false, 'false'],
  ])('%s', (_, first, later, stored) => {
    const flight = new Flight();
    flight.record({ v: first }, { v: later }, { v: first });
    const [one, two, three] = flight.column('v');
    expect(two).toEqual(stored);
    expect(three).toEqual(one);
  });

  test('a vector takes the forms of a vector', () => {
    const flight = new Flight();
    flight.record({ v: [1, 2] }, { v: { x: 3, y: 4 } }, { v: Float32Array.of(5, 6) });
    expect(flight.stepRows().map(({ v_x, v_y }) => [v_x, v_y])).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
  });

  test.each<[string, unknown, readonly unknown[]]>([
    [
      'a number',
      1.5,
      ['1', true, {}, [1, 2], new Date(0), 2n ** 53n + 1n, 2n ** 1100n, -(2n ** 1100n), () => 1, Symbol('s')],
    ],
    ['a bigint', 1n, ['1', true, {}, 1.5, Number.NaN, 2 ** 53, 2n ** 63n, -(2n ** 63n) - 1n, new Date(0)]],
    ['a boolean', true, [0, 1, 'true', {}, 1n]],
    ['text', 'a', [1, true, {}, ['a'], 1n, new Date(0), '\uD800', () => 'a']],
    ['a date', new Date(0), [1, '1970-01-01', {}, new Date(Number.NaN), true]],
    [
      'two numbers',
      [1, 2],
      [[1], [1, 2, 3], 1, '12', { x: 1 }, { x: 1, y: '2' }, { x: 1, y: 2, z: 3 }, [1, null], [1n, 2n]],
    ],
    ['two numbers, and an object that has more', [1, 2], [{ x: 1, y: 2, name: 'lost' }]],
    ['five numbers', [1, 2, 3, 4, 5], [[1, 2, 3, 4], [1, 2, 3, 4, 5, 6], 1, 'abcde', [1, 2, 3, 4, '5'], {}]],
    [
      'a Float32Array',
      new Float32Array(5),
      [[0.1, 0.2, 0.3, 0.4, 0.5], Float64Array.of(0.1, 1, 1, 1, 1), new Float32Array(6)],
    ],
    ['a Uint8Array', new Uint8Array(5), [[0, 1, 2, 3, 256], [0.5, 0, 0, 0, 0], new Uint8Array(4)]],
    ['an object', { a: 1 }, [cyclic, { deep: [cyclic] }]],
  ])('%s: what does not fit is refused by name, with nothing recorded', (_, first, refused) => {
    const flight = new Flight();
    flight.record({ v: first, n: 0 });
    for (const value of refused) {
      const error = refusal('InvalidValue', () => flight.record({ n: 1, v: value }));
      expect(error.fields).toEqual({ table: 'steps', column: 'v', value });
      expect(error.message).toContain(`steps: v = ${show(value)} `);
    }
    flight.record({ v: first, n: 2 });
    expect(flight.column('n')).toEqual([0, 2]);
    const counts = flight.writer.counts('steps');
    expect(counts).toMatchObject({ submitted: 2 + refused.length, written: 2, rejected: refused.length });
    expect(addsUp(counts)).toBe(true);
  });

  test.each<[string, string, unknown]>([
    ['reward', 'a number', 'high'],
    ['reward', 'a number', [1, 2]],
    ['orientation', 'a number', [0, 0, 0, 1]],
    ['timestamp', 'a number', '2026-01-01'],
    ['timestamp', 'a number', new Date(0)],
    ['position', 'a tuple', 5],
    ['position', 'a tuple', [1, 2, 3, 4, 5]],
    ['velocity', 'a tuple', 'fast'],
    ['gradient', 'a tuple', {}],
    ['concentration', 'a number', true],
    ['done', 'a boolean', 1],
    ['agent_id', 'bigint', 'left'],
  ])('%s of the standard format is %s from the first row on', (field, _, value) => {
    const flight = new Flight();
    const error = refusal('InvalidValue', () => flight.record({ [field]: value }));
    expect(error.fields).toEqual({ table: 'steps', column: field, value });
    expect(flight.stepRows()).toEqual([]);
    expect(flight.extraColumns()).toEqual([]);
  });

  test.each([
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['an invalid date', new Date(Number.NaN)],
    ['a bigint beyond 64 bits', 2n ** 70n],
    ['text with a lone surrogate', '\uD800'],
    ['a cycle', cyclic],
  ])('%s as the first value is refused and leaves no column behind', (_, value) => {
    const flight = new Flight();
    const error = refusal('InvalidValue', () => flight.record({ n: 1, v: value }));
    expect(error.fields).toEqual({ table: 'steps', column: 'v', value });
    expect(flight.stepRows()).toEqual([]);
    expect(flight.kindOf('v')).toBeUndefined();
    flight.record({ n: 1, v: 'now a good one' });
    expect(flight.column('v')).toEqual(['now a good one']);
  });

  test('a dictionary that is refused does not decide the types of its other fields', () => {
    const flight = new Flight();
    refusal('InvalidValue', () => flight.record({ v: 'text', 'bad name': 1 }));
    expect(flight.extraColumns()).toEqual([]);
    flight.record({ v: 1.5 });
    expect(flight.column('v')).toEqual([1.5]);
  });
});
