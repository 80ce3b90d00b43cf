import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  array,
  bool,
  bytes,
  type Column,
  defineTable,
  type ElementKind,
  enumOf,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  json,
  quat,
  ref,
  type TableSchema,
  timestamp,
  u8,
  u16,
  u32,
  u64,
  utf8,
  vec2,
  vec3,
} from '../../src/index.ts';
import { openRecording } from '../../src/read/index.ts';
import fc from '../support/fast-check.ts';
import { BACKENDS, placeOf } from './backends.ts';
import { difference, sameBits } from './bits.ts';

/** A column, its values, and the flat columns that each value is read back as. */
interface Kind {
  readonly column: (options: { nullable: boolean }) => Column;
  readonly values: fc.Arbitrary<unknown>;
  readonly flat: (value: unknown) => Record<string, unknown>;
}

const whole = (value: unknown) => ({ '': value });
const kind = (
  column: Kind['column'],
  values: fc.Arbitrary<unknown>,
  read = (value: unknown) => value,
): Kind => ({
  column,
  values,
  flat: (value) => whole(read(value)),
});

const edges = <T>(values: fc.Arbitrary<T>, ...awkward: T[]): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: values, weight: 3 }, { arbitrary: fc.constantFrom(...awkward), weight: 1 });
const floats = edges(fc.double(), -0, 0, Number.NaN, 5e-324, -(2 ** 53), Number.NEGATIVE_INFINITY);
const integers = (min: number, max: number) => edges(fc.integer({ min, max }), min, max, 0);
const wide = (min: bigint, max: bigint) =>
  edges(fc.bigInt({ min, max }), min, max, 0n, 2n ** 53n, 2n ** 53n + 1n, max - 1n);
const texts = edges(
  fc.string({ unit: 'binary', maxLength: 40 }),
  '',
  '\u0000',
  '\uFEFF',
  'é'.repeat(100),
  'x'.repeat(9000),
);
const I64 = wide(-(2n ** 63n), 2n ** 63n - 1n);
const U64 = wide(0n, 2n ** 64n - 1n);

function vector(column: Kind['column'], parts: readonly string[]): Kind {
  return {
    column,
    values: fc.array(floats, { minLength: parts.length, maxLength: parts.length }),
    flat: (value) =>
      Object.fromEntries(
        parts.map((part, i) => [`_${part}`, value === null ? null : (value as number[])[i]]),
      ),
  };
}

function elements(
  element: ElementKind,
  values: fc.Arbitrary<unknown>,
  type: { from(list: never): unknown },
): Kind {
  const length = 20;
  return kind(
    (options) => array(element, length, options),
    fc.array(values, { minLength: length, maxLength: length }),
    (value) => (value === null ? null : type.from(value as never)),
  );
}

const LABELS = Array.from({ length: 300 }, (_, i) => `label ${i}`);
const Parent = defineTable('parent', { name: utf8() });
const PARENTS = 5;

const KINDS: Readonly<Record<string, Kind>> = {
  f64: kind(f64, floats),
  f32: kind(f32, floats, (value) => (value === null ? null : Math.fround(value as number))),
  i8: kind(i8, integers(-128, 127)),
  i16: kind(i16, integers(-32768, 32767)),
  i32: kind(i32, integers(-(2 ** 31), 2 ** 31 - 1)),
  i64: kind(i64, I64),
  u8: kind(u8, integers(0, 255)),
  u16: kind(u16, integers(0, 65535)),
  u32: kind(u32, integers(0, 2 ** 32 - 1)),
  u64: kind(u64, U64),
  timestamp: kind(timestamp, I64),
  bool: kind(bool, fc.boolean()),
  utf8: kind(utf8, texts),
  bytes: kind(bytes, fc.uint8Array({ maxLength: 60 })),
  enum: kind((options) => enumOf(LABELS, options), fc.constantFrom(...LABELS)),
  ref: kind((options) => ref(Parent, options), fc.integer({ min: 1, max: PARENTS })),
  json: kind(
    json,
    fc.oneof(fc.jsonValue({ maxDepth: 3 }), texts).filter((value) => value !== null),
    (value) => (value === null ? null : JSON.stringify(value)),
  ),
  vec2: vector(vec2, ['x', 'y']),
  vec3: vector(vec3, ['x', 'y', 'z']),
  quat: vector(quat, ['x', 'y', 'z', 'w']),
  'f64[]': elements('f64', floats, Float64Array),
  'f32[]': elements('f32', floats, Float32Array),
  'i16[]': elements('i16', integers(-32768, 32767), Int16Array),
  'u64[]': elements('u64', U64, BigUint64Array),
  'bool[]': elements('bool', fc.boolean(), Uint8Array),
};

interface Model {
  readonly columns: readonly { readonly name: string; readonly nullable: boolean }[];
  /** One value a column, several rows; they are recorded over and over until there are `rows`. */
  readonly pattern: readonly (readonly unknown[])[];
  readonly rows: number;
}

const columns = fc.array(
  fc.record({ name: fc.constantFrom(...Object.keys(KINDS)), nullable: fc.boolean() }),
  {
    minLength: 1,
    maxLength: 8,
  },
);
const models: fc.Arbitrary<Model> = columns.chain((columns) =>
  fc.record({
    columns: fc.constant(columns),
    pattern: fc.array(
      fc.tuple(
        ...columns.map(({ name, nullable }) => {
          const { values } = KINDS[name]!;
          return nullable ? fc.option(values, { freq: 3 }) : values;
        }),
      ),
      { minLength: 1, maxLength: 7 },
    ),
    rows: fc.nat({ max: 400 }),
  }),
);

/** Makes segments short: some eighty rows. */
const filler = array('f64', 100);
const FILLER = new Float64Array(100).fill(-0);

function schemaOf({ columns }: Model): TableSchema {
  const own = columns.map(({ name, nullable }, i) => [`c${i}`, KINDS[name]!.column({ nullable })] as const);
  return defineTable('model', Object.fromEntries([...own, ['filler', filler] as const]));
}

const rowAt = ({ pattern }: Model, row: number): readonly unknown[] => pattern[row % pattern.length]!;

describe.each(BACKENDS)('%s', (backend) => {
  const { freshPath, record } = placeOf(backend);

  it('reads what was recorded, whatever the columns and values', async () => {
    await fc.assert(
      fc.asyncProperty(models, async (model) => {
        const path = freshPath();
        const schema = schemaOf(model);
        await record(
          path,
          (recorder) => {
            const table = recorder.table(schema);
            for (let i = 0; i < PARENTS; i++) recorder.table(Parent).append({ name: `parent ${i}` });
            for (let row = 0; row < model.rows; row++) {
              const values = rowAt(model, row).map((value, i) => [`c${i}`, value] as const);
              table.append(Object.fromEntries([...values, ['filler', FILLER]]) as never);
            }
          },
          { sqlite: { synchronous: 'OFF' } },
        );
        using recording = await openRecording(path);
        const table = recording.table('model');
        const found = await table.columns();
        const rows = await Array.fromAsync(table.rows());
        const indexes = Array.from({ length: model.rows }, (_, row) => row);
        const wrong = [
          difference(
            found.filler!,
            indexes.map(() => FILLER),
          ),
        ];
        for (const [i, { name }] of model.columns.entries()) {
          const flatten = KINDS[name]!.flat;
          for (const part of Object.keys(flatten(null))) {
            const wanted = indexes.map((row) => flatten(rowAt(model, row)[i])[part]);
            wrong.push(difference(found[`c${i}${part}`]!, wanted));
            // JSON is parsed in rows.
            const inRows = (value: unknown, row: number) => sameBits(rows[row]![`c${i}${part}`], value);
            if (name !== 'json' && !wanted.every(inRows)) wrong.push(`rows differ in ${name}`);
          }
        }
        expect(wrong.filter((problem) => problem !== null)).toEqual([]);
        rmSync(path, { recursive: true });
      }),
      // The limit only keeps the search for the smallest counterexample short; a slow machine fails no test by it.
      { numRuns: 60, seed: 20261122, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
    );
  });
});
