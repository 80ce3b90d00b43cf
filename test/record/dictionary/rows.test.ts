import { describe, expect, test } from 'vitest';
import { isSimtapeError } from '../../../src/errors.ts';
import { Flight } from '../../support/flight.ts';

const raw = (elements: ArrayBufferView) => new Uint8Array(elements.buffer.slice(0));

describe('a step dictionary becomes a row', () => {
  test('the standard one, with its exact columns first', () => {
    const flight = new Flight();
    flight.steps.record(
      {
        timestamp: 1_700_000_000.125,
        position: [1.5, -2.5],
        orientation: 0.5,
        velocity: [0.1, 0.2],
        concentration: 1e-9,
        gradient: [-0, 3],
        action: { kind: 'surge', speed: 2 },
        reward: -1,
        done: false,
        info: { hit: true, list: [1] },
      },
      7,
      3,
    );
    expect(flight.stepRows()).toEqual([
      {
        step_id: 1,
        episode_id: 3n,
        step_number: 7n,
        timestamp: 1_700_000_000.125,
        agent_id: null,
        position_x: 1.5,
        position_y: -2.5,
        orientation: 0.5,
        action_data: '{"kind":"surge","speed":2}',
        observation_data: null,
        reward: -1,
        velocity_x: 0.1,
        velocity_y: 0.2,
        concentration: 1e-9,
        gradient_x: -0,
        gradient_y: 3,
        done: false,
        info: '{"hit":true,"list":[1]}',
      },
    ]);
  });

  test.each<[string, unknown, Record<string, unknown>]>([
    ['a number', -0, { v: -0 }],
    ['NaN', Number.NaN, { v: Number.NaN }],
    ['a large integer, as it is', 2 ** 53 + 2, { v: 2 ** 53 + 2 }],
    ['a bigint', 2n ** 63n - 1n, { v: 2n ** 63n - 1n }],
    ['a boolean', false, { v: false }],
    ['text', 'schön', { v: 'schön' }],
    ['empty text', '', { v: '' }],
    ['a date', new Date(5), { v: 5_000_000n }],
    ['a pair of numbers', [1, 2], { v_x: 1, v_y: 2 }],
    ['three numbers', [1, -0, Number.NaN], { v_x: 1, v_y: -0, v_z: Number.NaN }],
    ['four numbers', [1, 2, 3, 4], { v_x: 1, v_y: 2, v_z: 3, v_w: 4 }],
    ['a short typed array', Float32Array.of(0.5, 1.5), { v_x: 0.5, v_y: 1.5 }],
    ['a short typed array of integers', Uint8Array.of(1, 2, 3), { v_x: 1, v_y: 2, v_z: 3 }],
    ['{ x, y }', { x: 1, y: 2 }, { v_x: 1, v_y: 2 }],
    ['{ x, y, z }', { x: 1, y: 2, z: 3 }, { v_x: 1, v_y: 2, v_z: 3 }],
    ['{ x, y, z, w } in any order', { w: 4, z: 3, y: 2, x: 1 }, { v_x: 1, v_y: 2, v_z: 3, v_w: 4 }],
    ['one number in an array', [7], { v: raw(Float64Array.of(7)) }],
    ['five numbers', [1, 2, 3, 4, 5], { v: raw(Float64Array.of(1, 2, 3, 4, 5)) }],
    ['a long Float32Array', Float32Array.of(1, 2, 3, 4, 0.1), { v: raw(Float32Array.of(1, 2, 3, 4, 0.1)) }],
    ['a long Int16Array', Int16Array.of(1, 2, 3, 4, -5), { v: raw(Int16Array.of(1, 2, 3, 4, -5)) }],
    [
      'a long Uint8ClampedArray',
      Uint8ClampedArray.of(1, 2, 3, 4, 255),
      { v: Uint8Array.of(1, 2, 3, 4, 255) },
    ],
    ['two 64-bit integers', BigInt64Array.of(1n, -1n), { v: raw(BigInt64Array.of(1n, -1n)) }],
    [
      'two unsigned 64-bit integers',
      BigUint64Array.of(1n, 2n ** 64n - 1n),
      { v: raw(BigUint64Array.of(1n, 2n ** 64n - 1n)) },
    ],
    ['an object', { a: { b: 1 } }, { v: '{"a":{"b":1}}' }],
    ['an object with one part of a vector', { x: 1 }, { v: '{"x":1}' }],
    ['an object with more than a vector', { x: 1, y: 2, name: 'a' }, { v: '{"x":1,"y":2,"name":"a"}' }],
    ['an object whose parts are text', { x: '1', y: '2' }, { v: '{"x":"1","y":"2"}' }],
    ['an empty object', {}, { v: '{}' }],
    ['an empty array', [], { v: '[]' }],
    ['an array of text', ['a', 'b'], { v: '["a","b"]' }],
    ['an array of mixed values', [1, null], { v: '[1,null]' }],
    ['an array of bigints', [1n, 2n], { v: '[1,2]' }],
    [
      'arrays of arrays',
      [
        [1, 2],
        [3, 4],
      ],
      { v: '[[1,2],[3,4]]' },
    ],
  ])('%s', (_, value, columns) => {
    const flight = new Flight();
    flight.record({ v: value }, { v: value }, { v: null });
    const rows = flight.stepRows();
    expect(flight.extraColumns()).toEqual(Object.keys(columns));
    expect(rows[0]).toMatchObject(columns);
    expect(rows[1]).toMatchObject(columns);
    for (const name of Object.keys(columns)) expect(rows[2]![name]).toBeNull();
  });

  test('parts of a vector are numbered within it', () => {
    const flight = new Flight();
    flight.record({ wind: [1, 2, 3] });
    expect(flight.writer.backend.plans.get('steps')!.columns.slice(-3)).toEqual(
      ['x', 'y', 'z'].map((part, index) => ({
        name: `wind_${part}`,
        kind: 'f64',
        nullable: true,
        vector: { name: 'wind', part: index },
      })),
    );
  });

  test('a position of three numbers keeps the standard columns and adds one', () => {
    const flight = new Flight();
    flight.record({ position: [1, 2, 3] });
    expect(flight.stepRows()[0]).toMatchObject({ position_x: 1, position_y: 2, position_z: 3 });
    expect(flight.extraColumns()).toEqual(['position_z']);
  });

  test.each([
    ['a number', 2, '2'],
    ['text', 'left', '"left"'],
    ['two numbers', [0.5, 1], '[0.5,1]'],
    ['an object', { turn: 1n }, '{"turn":1}'],
  ])('an action that is %s goes into action_data', (_, action, text) => {
    const flight = new Flight();
    flight.record({ action }, { action: null });
    expect(flight.column('action_data')).toEqual([text, null]);
    expect(flight.extraColumns()).toEqual([]);
  });

  test('an observation that is an object goes into observation_data, one of numbers into columns of its own', () => {
    const json = new Flight();
    json.record({ observation: { left: 1 } }, { observation: [1, 2, 3] });
    expect(json.column('observation_data')).toEqual(['{"left":1}', '[1,2,3]']);
    expect(json.extraColumns()).toEqual([]);
    const image = new Flight();
    const pixels = Uint8Array.from({ length: 50 }, (_, i) => i);
    image.record({ observation: pixels });
    expect(image.column('observation')).toEqual([pixels]);
    expect(image.column('observation_data')).toEqual([null]);
    const pair = new Flight();
    pair.record({ observation: [0.5, 0.25] });
    expect(pair.stepRows()[0]).toMatchObject({ observation_x: 0.5, observation_y: 0.25 });
  });

  test('an observation of numbers stays one where nulls came first', () => {
    const flight = new Flight();
    const pixels = new Uint8Array(50).fill(7);
    flight.record({ observation: null }, { observation: pixels });
    expect(flight.column('observation')).toEqual([null, pixels]);
  });

  test.each([
    ['toString', 1],
    ['valueOf', 'text'],
    ['hasOwnProperty', { a: 1 }],
    ['constructor', [1, 2]],
  ])(
    'a field named %s, as every object has it, is a field like any other or a reserved name',
    (name, value) => {
      const flight = new Flight();
      try {
        flight.record({ [name]: value }, {}, { [name]: value });
      } catch (error) {
        if (!isSimtapeError(error, 'InvalidValue')) throw error;
        expect(error.message).toContain('reserved');
        return;
      }
      const columns = flight.extraColumns();
      const rows = flight.stepRows();
      expect(columns[0]!.startsWith(name)).toBe(true);
      expect(rows[0]![columns[0]!]).not.toBeNull();
      expect(rows[1]![columns[0]!]).toBeNull();
      expect(rows[2]![columns[0]!]).toEqual(rows[0]![columns[0]!]);
    },
  );
});

describe('fields that come and go', () => {
  test('a field that appears later adds a column, null in the rows before', () => {
    const flight = new Flight();
    flight.record({ a: 1 }, { a: 2, label: 'x' }, { a: 3 }, { label: 'y' });
    expect(flight.extraColumns()).toEqual(['a', 'label']);
    expect(flight.column('a')).toEqual([1, 2, 3, null]);
    expect(flight.column('label')).toEqual([null, 'x', null, 'y']);
  });

  test.each<[unknown, unknown]>([
    [1, 1],
    [1n, 1n],
    [true, true],
    ['a', 'a'],
    [new Date(1), 1_000_000n],
    [{ a: 1 }, '{"a":1}'],
  ])('null or undefined first says nothing of the type of %s', (value, stored) => {
    const flight = new Flight();
    flight.record({ v: null }, { v: undefined }, { v: value }, { v: null }, { v: value });
    expect(flight.column('v')).toEqual([null, null, stored, null, stored]);
  });

  test('a field that is always null makes no column', () => {
    const flight = new Flight();
    flight.record({ v: null, a: 1 }, { v: undefined, a: 2 });
    expect(flight.extraColumns()).toEqual(['a']);
  });

  test('keys in any order fill the same columns', () => {
    const flight = new Flight();
    const permutations = [
      ['a', 'b', 'c'],
      ['a', 'c', 'b'],
      ['b', 'a', 'c'],
      ['b', 'c', 'a'],
      ['c', 'a', 'b'],
      ['c', 'b', 'a'],
    ];
    const value: Record<string, number> = { a: 1, b: 2, c: 3 };
    for (let round = 0; round < 2; round++) {
      for (const keys of permutations)
        flight.record(Object.fromEntries(keys.map((key) => [key, value[key]])));
    }
    expect(flight.stepRows().map(({ a, b, c }) => [a, b, c])).toEqual(
      Array.from({ length: 12 }, () => [1, 2, 3]),
    );
  });

  test('more shapes than are remembered come back right, again and again', () => {
    const flight = new Flight();
    const fields = Array.from({ length: 9 }, (_, bit) => `f${bit}`);
    const shape = (mask: number, n: number) =>
      Object.fromEntries(fields.filter((_, bit) => mask & (1 << bit)).map((name, i) => [name, n + i]));
    const given: Record<string, number>[] = [];
    for (let i = 0; i < 1100; i++) given.push(shape((i * 37) % 512, i));
    flight.record(...given);
    expect(flight.stepRows().map((row) => fields.map((name) => row[name] ?? null))).toEqual(
      given.map((row) => fields.map((name) => row[name] ?? null)),
    );
  });
});
