import { describe, expect, test } from 'vitest';
import { json } from '../../src/schema/columns.ts';
import { defineTable } from '../../src/schema/table.ts';
import { refusal } from '../support/errors.ts';
import { FakeWriter } from '../support/fake-writer.ts';
import fc from '../support/fast-check.ts';

const note = defineTable('note', { data: json() });

/** The JSON text that a recorder makes of values, one row each. */
function recorded(...values: readonly unknown[]): string[] {
  const writer = new FakeWriter();
  const { append } = writer.open(note);
  for (const data of values) append({ data });
  writer.flush();
  if (writer.reported.length > 0) throw writer.reported[0];
  return writer.backend.rows('note').map(({ data }) => data as string);
}

class Pose {
  readonly x: number;
  readonly hidden: () => number = () => 1;
  constructor(x: number) {
    this.x = x;
  }
  get double(): number {
    return 2 * this.x;
  }
}

class Labelled {
  readonly label: string;
  constructor(label: string) {
    this.label = label;
  }
  toJSON(): unknown {
    return { name: this.label };
  }
}

const date = new Date(1_700_000_000_123);
const shared = { name: 'shared' };

describe('what comes back is what JSON.stringify makes', () => {
  test.each<[string, unknown]>([
    ['an empty object', {}],
    ['an empty array', []],
    ['an empty string', ''],
    ['null', null],
    ['true', true],
    ['zero', 0],
    ['-0', -0],
    ['NaN', Number.NaN],
    ['infinities', [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ['numbers at the edges', [1e21, 1e-7, 5e-324, 1.7976931348623157e308, 2 ** 31, -(2 ** 31), 2 ** 53, 0.1]],
    ['undefined members', { a: undefined, b: 1, c: undefined }],
    ['undefined elements and holes', [undefined, 1, ...new Array(2)]],
    [
      'functions and symbols in objects and arrays',
      { a: () => 1, b: Symbol('s'), c: [() => 1, Symbol('s')] },
    ],
    ['symbol keys', { [Symbol('s')]: 1, a: 2 }],
    ['quotes, control characters and emoji', ['"\\/\b\f\n\r\t\u0000\u001f\u2028', '👩‍🚀', { 'k"\n': 'v' }]],
    ['a byte order mark', ['\uFEFF', '\uFEFFa longer text with a mark in front of it']],
    ['lone surrogates', ['\uD800', 'a\uDC00b', { '\uD83D': '\uD83D' }]],
    ['a long text', 'é'.repeat(10_000)],
    ['integer keys, which come first', { b: 1, 10: 2, 2: 3, a: 4 }],
    ['own keys like __proto__', JSON.parse('{"__proto__":{"a":1},"constructor":1,"toString":2,"valueOf":3}')],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
    ['keys that are not enumerable', Object.defineProperty({ a: 1 }, 'b', { value: 2, enumerable: false })],
    ['getters', Object.defineProperty({}, 'a', { get: () => 7, enumerable: true })],
    ['a date', { at: date, list: [date] }],
    ['an invalid date', [new Date(Number.NaN)]],
    ['a map and a set', { map: new Map([[1, 2]]), set: new Set([1]) }],
    ['class instances', [new Pose(1), { pose: new Pose(2) }]],
    ['toJSON of a class', { a: new Labelled('a'), list: [new Labelled('b')] }],
    ['toJSON of a plain object', { a: { b: 1, toJSON: () => ({ c: 2 }) } }],
    ['toJSON that says undefined', { a: { toJSON: () => undefined }, b: [{ toJSON: () => undefined }] }],
    ['toJSON that is no function', { a: { toJSON: 1, b: 2 } }],
    ['boxed values', [new Number(1), new String('s'), new Boolean(false)]],
    ['errors and regular expressions', { error: new Error('e'), pattern: /a/ }],
    ['one object at two places', { a: shared, b: [shared, shared] }],
    ['a subclass of Array', new (class List extends Array<number> {})(1, 2, 3)],
    ['an inherited enumerable key', Object.create({ inherited: 1 })],
  ])('%s', (_, value) => {
    expect(recorded(value)).toEqual([JSON.stringify(value)]);
    expect(recorded([value, value], { value }, value)).toEqual([
      JSON.stringify([value, value]),
      JSON.stringify({ value }),
      JSON.stringify(value),
    ]);
  });

  const value: fc.Arbitrary<unknown> = fc.oneof(
    fc.jsonValue({ maxDepth: 5 }),
    fc.object({
      key: fc.oneof(fc.string(), fc.constantFrom('a', 'b', 'c', 'toJSON', '__proto__', 'x', '0')),
      values: [
        fc.double(),
        fc.integer(),
        fc.boolean(),
        fc.string({ unit: 'binary' }),
        fc.date({ noInvalidDate: false }),
        fc.constantFrom<unknown>(undefined, null, -0, Number.NaN, () => 1, Symbol('s')),
        fc.constantFrom<unknown>(new Pose(3), new Labelled('x'), new Map([[1, 2]]), new Set([1]), shared),
      ],
      withNullPrototype: true,
      maxDepth: 4,
    }),
  );

  test('for any values, one after another', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 12 }), (values) => {
        expect(recorded(...values)).toEqual(values.map((value) => JSON.stringify(value)));
      }),
      { numRuns: 300 },
    );
  });
});

describe('what differs, as documented', () => {
  test('bigints are integers, wherever they stand', () => {
    const big = 2n ** 80n;
    expect(
      recorded(big, [1n, { a: -1n }], {
        pose: new (class {
          n = big;
        })(),
      }),
    ).toEqual([`${big}`, '[1,{"a":-1}]', `{"pose":{"n":${big}}}`]);
  });

  test.each([
    ['Float64Array', Float64Array.of(0.5, Number.NaN, -0)],
    ['Float32Array', Float32Array.of(0.5, 0.1)],
    ['Uint8Array', Uint8Array.of(0, 255)],
    ['Uint8ClampedArray', Uint8ClampedArray.of(1, 2)],
    ['Int32Array', Int32Array.of(-1, 2 ** 31 - 1)],
    ['an empty Float64Array', new Float64Array(0)],
  ])('%s is an array, also within an object that JSON.stringify writes', (_, typed) => {
    const plain = JSON.stringify(Array.from<number>(typed));
    const inside = new (class {
      readonly typed = typed;
    })();
    expect(recorded(typed, { typed }, [inside], { deep: { inside } })).toEqual([
      plain,
      `{"typed":${plain}}`,
      `[{"typed":${plain}}]`,
      `{"deep":{"inside":{"typed":${plain}}}}`,
    ]);
  });

  test('a Buffer is an array, not what its toJSON says', () => {
    expect(recorded(Buffer.from([1, 2]), { raw: Buffer.from([3]) })).toEqual(['[1,2]', '{"raw":[3]}']);
  });

  test('BigInt64Array is an array of integers', () => {
    expect(recorded({ ids: BigInt64Array.of(1n, -(2n ** 63n)) })).toEqual([
      '{"ids":[1,-9223372036854775808]}',
    ]);
  });
});

describe('what JSON cannot hold is refused, and what came before and after stays', () => {
  const cyclic: Record<string, unknown> = { a: 1 };
  cyclic.self = { cyclic };
  const list: unknown[] = [];
  list.push([list]);
  const instance = new (class {
    self: unknown = null;
  })();
  instance.self = instance;
  let deep: unknown = 1;
  for (let i = 0; i < 80; i++) deep = { deep };

  test.each<[string, unknown]>([
    ['a cycle of objects', cyclic],
    ['a cycle of arrays', list],
    ['a cycle of class instances', { instance }],
    ['more than 64 levels', deep],
    ['a toJSON that throws', { toJSON: () => JSON.parse('{') }],
    ['a boxed bigint', { a: [Object(1n)] }],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a toJSON that says undefined', { toJSON: () => undefined }],
  ])('%s', (_, value) => {
    const writer = new FakeWriter();
    const { append } = writer.open(note);
    append({ data: { before: 1 } });
    const error = refusal('InvalidValue', () => append({ data: value }));
    expect(error.fields).toEqual({ table: 'note', column: 'data', value });
    expect(error.message).toContain('note.data');
    append({ data: { after: 1 } });
    writer.flush();
    expect(writer.backend.rows('note').map(({ data }) => data)).toEqual(['{"before":1}', '{"after":1}']);
  });
});

test('a member of an object is read at most twice, however deep it stands', () => {
  const DEPTH = 24;
  let reads = 0;
  // Levels of two kinds in an order that repeats itself nowhere, so that no guess at what follows is right for long.
  const bits = '000000100001100010100111101000111001001011011101100110101011';
  let value: object = {};
  for (let level = 0; level < DEPTH; level++) {
    const inner = value;
    value = Object.defineProperty({}, 'inner', {
      enumerable: true,
      get: () => {
        reads++;
        return inner;
      },
    });
    Object.assign(value, bits[level] === '0' ? { x: level } : { y: level });
  }
  const writer = new FakeWriter();
  const { append } = writer.open(note);
  const rounds = 20;
  for (let i = 0; i < rounds; i++) append({ data: value });
  expect(reads).toBeGreaterThanOrEqual(rounds * DEPTH);
  expect(reads).toBeLessThanOrEqual(2 * rounds * DEPTH);
  writer.flush();
  expect(writer.backend.rows('note')[rounds - 1]!.data).toBe(JSON.stringify(value));
});
