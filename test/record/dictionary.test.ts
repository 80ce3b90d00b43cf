import { describe, expect, test } from 'vitest';
import { isSimtapeError, show } from '../../src/errors.ts';
import type { Dictionary } from '../../src/record/fields.ts';
import { refusal } from '../support/errors.ts';
import { addsUp } from '../support/fake-writer.ts';
import fc from '../support/fast-check.ts';
import { Flight } from '../support/flight.ts';

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

describe('names', () => {
  test.each([[''], ['with space'], ['1st'], ['dash-ed'], ['größe'], ['a.b'], ['a'.repeat(64)], ['quo"te']])(
    '%j is no column name',
    (name) => {
      const flight = new Flight();
      const error = refusal('InvalidValue', () => flight.record({ ok: 1, [name]: 1 }));
      expect(error.fields).toEqual({ table: 'steps', column: name, value: 1 });
      expect(error.message).toContain('not a column name');
      expect(flight.stepRows()).toEqual([]);
    },
  );

  test.each([
    ['step_id'],
    ['rowid'],
    ['oid'],
    ['_rowid_'],
    ['run_id'],
    ['run_number'],
    ['Run_Id'],
    ['STEP_ID'],
  ])('%s is reserved', (name) => {
    const flight = new Flight();
    const error = refusal('InvalidValue', () => flight.record({ [name]: 1 }));
    expect(error.fields).toEqual({ table: 'steps', column: name, value: 1 });
    expect(error.message).toContain('reserved');
  });

  test.each<[string, Dictionary, Dictionary]>([
    ['names that differ in case', { speed: 1 }, { Speed: 1 }],
    ['a standard column in another case', {}, { Timestamp: 1 }],
    ['a part of a standard vector in another case', {}, { Position_X: 1 }],
    ['a vector over a column of text', { wind_x: 'west' }, { wind: [1, 2] }],
    ['text over a part of a vector', { wind: [1, 2] }, { wind_x: 'west' }],
  ])('%s are refused', (_, first, second) => {
    const flight = new Flight();
    flight.record(first);
    refusal('InvalidValue', () => flight.record(second));
    flight.record(first);
    expect(flight.stepRows()).toHaveLength(2);
  });

  test.each<[string, Dictionary]>([
    ['a vector and its part', { wind: [1, 2], wind_x: 1 }],
    ['a part and its vector', { wind_y: 1, wind: [1, 2] }],
    ['a standard vector and its part', { position: [1, 2], position_x: 1 }],
    ['a field and the column that it is stored in', { action: { a: 1 }, action_data: { b: 1 } }],
    ['names that differ in case', { speed: 1, SPEED: 2 }],
  ])('%s in one dictionary are refused, and leave no column behind', (_, data) => {
    const flight = new Flight();
    refusal('InvalidValue', () => flight.record(data));
    expect(flight.steps.explain(data)).not.toEqual([]);
    expect(flight.stepRows()).toEqual([]);
    expect(flight.extraColumns()).toEqual([]);
  });

  test('a part of a vector may come by itself', () => {
    const flight = new Flight();
    flight.record({ position: [1, 2] }, { position_x: 3 });
    expect(flight.stepRows().map(({ position_x, position_y }) => [position_x, position_y])).toEqual([
      [1, 2],
      [3, null],
    ]);
  });
});

describe('explainData says what recordStep does', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;

  test.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['a number', 5],
    ['text', 'step'],
    ['an array', [1, 2]],
    ['an empty array', []],
    ['a function', () => 1],
  ])('%s is no dictionary', (_, data) => {
    const flight = new Flight();
    expect(flight.steps.explain(data)).toHaveLength(1);
    const error = refusal('InvalidValue', () => flight.record(data));
    expect(error.fields.table).toBe('steps');
    expect(flight.stepRows()).toEqual([]);
    expect(flight.writer.counts('episodes').written).toBe(0);
  });

  test('an empty dictionary is taken, or explained', () => {
    const flight = new Flight();
    const reasons = flight.steps.explain({});
    if (reasons.length === 0) {
      flight.record({});
      expect(flight.stepRows()).toHaveLength(1);
    } else refusal('InvalidValue', () => flight.record({}));
  });

  test('each field that does not fit has its reason, which names it', () => {
    const flight = new Flight();
    flight.record({ speed: 1, label: 'a' });
    const reasons = flight.steps.explain({ speed: 'fast', label: 7, 'bad name': 1, fine: 1, rowid: 2 });
    expect(reasons).toHaveLength(4);
    for (const [i, name] of ['speed', 'label', 'bad name', 'rowid'].entries())
      expect(reasons[i]).toContain(name);
  });

  test('explaining changes nothing', () => {
    const flight = new Flight();
    flight.steps.explain({ v: 1, w: [1, 2], x: {} });
    expect(flight.extraColumns()).toEqual([]);
    flight.record({ v: 'text', w: 'text', x: 'text' });
    expect(flight.stepRows()[0]).toMatchObject({ v: 'text', w: 'text', x: 'text' });
    flight.steps.explain({ v: 1 });
    flight.record({ v: 'again' });
    expect(flight.column('v')).toEqual(['text', 'again']);
    expect(flight.writer.counts('steps')).toMatchObject({ submitted: 2, rejected: 0 });
  });

  test.each<[string, Dictionary, Dictionary]>([
    ['a bigint in a number column', { v: 1.5 }, { v: 2n }],
    ['a bigint as a reward', {}, { reward: 2n }],
    ['a bigint that no float holds', { v: 1.5 }, { v: 2n ** 53n + 1n }],
    ['a huge bigint', { v: 1.5 }, { v: 10n ** 400n }],
    ['a fraction in a bigint column', { v: 1n }, { v: 1.5 }],
    ['a bigint of more than 64 bits', { v: 1n }, { v: 2n ** 64n }],
    ['a bigint of more than 64 bits, first', {}, { v: 2n ** 64n }],
    ['a bigint in a time column', { v: new Date(0) }, { v: 5n }],
    ['an invalid date', {}, { v: new Date(Number.NaN) }],
    ['a lone surrogate', {}, { v: '\uD800' }],
    ['a cycle', {}, { info: cyclic }],
    ['a cycle in a JSON column', { v: {} }, { v: cyclic }],
    ['a function in a JSON column', { v: {} }, { v: () => 1 }],
    ['a function as an action', {}, { action: () => 1 }],
    ['an array with a hole', {}, { v: [1, ...new Array<number>(1), 3] }],
    ['floats of another width', { v: new Float64Array(5) }, { v: new Float32Array(5) }],
    ['plain numbers in an array column', { v: new Uint8Array(5) }, { v: [1, 2, 3, 4, 5] }],
    ['a vector with a further key', { v: { x: 1, y: 2 } }, { v: { x: 1, y: 2, name: 'a' } }],
    [
      'a vector of a class',
      { v: [1, 2] },
      {
        v: new (class {
          readonly x = 1;
          readonly y = 2;
          readonly z = undefined;
        })(),
      },
    ],
    ['a vector and its part', {}, { wind: [1, 2], wind_x: 1 }],
    ['an action and its column', {}, { action: 1, action_data: 2 }],
    ['two names for one column', {}, { a: 1, A: 2 }],
    ['an agent that contradicts its key', {}, { agent_0: { agent_id: 1 } }],
    ['an agent among others that is a number', {}, { agent_0: { v: 1 }, agent_1: 5 }],
    ['a bad field of an agent', { v: 1 }, { agent_0: { v: 1 }, agent_1: { v: 'x' } }],
    ['a bad field beside the agents', { v: 1 }, { agent_0: { w: 1 }, v: 'x' }],
    ['no timestamp', {}, { timestamp: null }],
    ['a timestamp that is text', {}, { timestamp: 'now' }],
  ])('%s', (_, first, second) => {
    const flight = new Flight();
    flight.record(first);
    agrees(flight, second);
  });

  const names = [
    'a',
    'b',
    'A',
    'position',
    'position_x',
    'reward',
    'done',
    'info',
    'action',
    'observation',
    'label',
  ];
  const value = fc.oneof(
    fc.constantFrom<unknown>(null, undefined, 1, 1.5, -0, Number.NaN, 2 ** 53, 1n, 2n ** 53n + 1n, 2n ** 64n),
    fc.constantFrom<unknown>(
      true,
      '',
      'text',
      '\uD800',
      new Date(0),
      new Date(Number.NaN),
      () => 1,
      Symbol('s'),
    ),
    fc.constantFrom<unknown>(
      [],
      [1],
      [1, 2],
      [1, 2, 3],
      [1, 2, 3, 4, 5],
      ['a'],
      new Float32Array(5),
      new Uint8Array(2),
    ),
    fc.constantFrom<unknown>(
      {},
      { x: 1, y: 2 },
      { x: 1, y: 2, z: 3 },
      { x: 1, y: 2, name: 'n' },
      { a: 1 },
      cyclic,
    ),
    fc.anything({ withBigInt: true, withDate: true, withTypedArray: true }),
  );
  const dictionary = fc
    .array(fc.tuple(fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...names) }, fc.string()), value), {
      minLength: 1,
      maxLength: 4,
    })
    .map((fields) => Object.fromEntries(fields));

  test('for any dictionaries, one after another', () => {
    let taken = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.array(dictionary, { minLength: 1, maxLength: 12 }), (dictionaries) => {
        const flight = new Flight();
        for (const data of dictionaries) {
          if (agrees(flight, data)) taken++;
          else refused++;
        }
        expect(flight.stepRows()).toHaveLength(flight.writer.counts('steps').written);
        const counts = flight.writer.counts('steps');
        expect(counts.submitted).toBe(dictionaries.length);
        expect(addsUp(counts)).toBe(true);
      }),
      { numRuns: 200 },
    );
    expect(taken).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(100);
  });

  /** Whether a dictionary was taken; fails where the explanation says otherwise. */
  function agrees(flight: Flight, data: Dictionary): boolean {
    const reasons = flight.steps.explain(data);
    let refusal: unknown = null;
    try {
      flight.record(data);
    } catch (error) {
      if (!isSimtapeError(error, 'InvalidValue')) throw error;
      refusal = error.message;
    }
    expect({ explained: reasons.length > 0, reasons, refusal }).toEqual({
      explained: refusal !== null,
      reasons,
      refusal,
    });
    return refusal === null;
  }
});
