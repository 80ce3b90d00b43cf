import { expect, test } from 'vitest';
import type { TableRing } from '../../src/buffer/ring.ts';
import { isSimtapeError } from '../../src/errors.ts';
import { f64, ref } from '../../src/schema/columns.ts';
import { SimulationFrame } from '../../src/schema/standard.ts';
import { defineTable } from '../../src/schema/table.ts';
import type { Column, TableSchema } from '../../src/schema/types.ts';
import { addsUp, FakeWriter } from '../support/fake-writer.ts';
import fc from '../support/fast-check.ts';
import { KINDS } from '../support/values.ts';

const body = defineTable('body', { mass: f64() });
/** Ids of rows of `body` that count as dropped. */
const LOST = [3, 5] as const;

type Kind = { name: string; column: (options: { nullable: boolean }) => Column; fitting: readonly unknown[] };

const kinds: readonly Kind[] = [
  ...KINDS.map(({ name, column, taken }) => ({ name, column, fitting: taken.map(([value]) => value) })),
  { name: 'ref', column: (options) => ref(body, options), fitting: [1, 2, 5, 2 ** 53 - 1] },
  { name: 'frame', column: (options) => ref(SimulationFrame, options), fitting: [1, 9, undefined] },
];

/** Values that some kind takes or refuses, and whatever else there is. */
const awkward: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...KINDS.flatMap(({ taken, refused }) => [...taken.map(([value]) => value), ...refused])),
  fc.constantFrom(undefined, null, 0, -0, 3, 4),
  fc.double(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }),
  fc.string({ unit: 'binary' }),
  fc.date({ noInvalidDate: false }),
  fc.uint8Array(),
  fc.float64Array({ maxLength: 4 }),
  fc.array(fc.double(), { maxLength: 5 }),
  fc.record({ x: fc.double(), y: fc.double(), z: fc.double(), w: fc.double() }, { requiredKeys: ['x'] }),
  fc.anything({
    withBigInt: true,
    withDate: true,
    withTypedArray: true,
    withNullPrototype: true,
    withMap: true,
  }),
);

interface Scenario {
  readonly schema: TableSchema;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly frame: number;
  readonly lossy: boolean;
}

const scenario: fc.Arbitrary<Scenario> = fc
  .array(fc.record({ kind: fc.constantFrom(...kinds), nullable: fc.boolean() }), {
    minLength: 1,
    maxLength: 6,
  })
  .chain((columns) => {
    const values = columns.map(({ kind, nullable }) =>
      fc.oneof(
        { weight: 12, arbitrary: fc.constantFrom(...kind.fitting) },
        { weight: nullable ? 3 : 0, arbitrary: fc.constantFrom(null, undefined) },
        { weight: 1, arbitrary: awkward },
      ),
    );
    const fields = Object.fromEntries(
      columns.map(({ kind, nullable }, i) => [`c${i}`, kind.column({ nullable })]),
    );
    return fc.record({
      schema: fc.constant(defineTable('t', fields)),
      rows: fc.array(fc.record(Object.fromEntries(values.map((value, i) => [`c${i}`, value]))), {
        minLength: 1,
        maxLength: 15,
      }),
      frame: fc.constantFrom(0, 0, 7),
      lossy: fc.boolean(),
    });
  });

interface Twin {
  readonly outcomes: readonly unknown[];
  readonly bytes: readonly Uint8Array[];
  readonly rows: readonly unknown[];
  readonly counts: object;
}

function run({ schema, rows, frame, lossy }: Scenario, generate: boolean): Twin {
  const writer = new FakeWriter();
  const parents = writer.open(body, generate);
  writer.open(SimulationFrame, generate);
  writer.lane.frameId = frame;
  writer.lane.lossy = lossy;
  parents.ring.lost.add(...LOST);
  const { append, ring } = writer.open(schema, generate);
  const outcomes = rows.map((row) => {
    try {
      return append(row);
    } catch (error) {
      if (!isSimtapeError(error, 'InvalidValue')) throw error;
      return { message: error.message, ...error.fields };
    }
  });
  const bytes = bytesOf(ring);
  writer.flush();
  const { bytes: _, ...counts } = writer.counts('t');
  expect(addsUp({ ...counts, bytes: 0 })).toBe(true);
  expect(counts.submitted).toBe(rows.length);
  return { outcomes, bytes, rows: writer.backend.rows('t'), counts };
}

/** What stands in the current segment for the rows that were taken: columns, validity, arena. */
function bytesOf({ layout, views, row, arena }: TableRing): Uint8Array[] {
  const columns = layout.fields.flatMap(({ view, start, width, valid }) => {
    const size = views[view].BYTES_PER_ELEMENT;
    const values = views.U8.slice(start * size, (start + row * width) * size);
    return valid < 0 ? [values] : [values, views.U8.slice(valid, valid + row)];
  });
  return [...columns, views.U8.slice(layout.arena, arena.used)];
}

test('the generated append and the loop take and refuse the same rows and write the same bytes', () => {
  let taken = 0;
  let refused = 0;
  fc.assert(
    fc.property(scenario, (given) => {
      const generated = run(given, true);
      const looped = run(given, false);
      expect(looped).toEqual(generated);
      for (const outcome of generated.outcomes) {
        if (typeof outcome === 'number') taken++;
        else refused++;
      }
    }),
    { numRuns: 400 },
  );
  // The property says nothing unless both happen often.
  expect(taken).toBeGreaterThan(500);
  expect(refused).toBeGreaterThan(200);
});
