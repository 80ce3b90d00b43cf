import { expect, it } from 'vitest';
import { defineTable } from '../../src/index.ts';
import fc from '../support/fast-check.ts';
import { KINDS, type KindCase } from '../support/values.ts';
import { Journaled, replay, whole } from './support.ts';

interface Case {
  readonly kinds: readonly { kind: KindCase; nullable: boolean }[];
  /** Rows by commit; a value is an index into what the kind takes, null for null. */
  readonly commits: readonly (readonly (readonly (number | null)[])[])[];
  readonly bufferBytes: number;
  readonly segmentBytes: number;
}

const column = fc.record({ kind: fc.constantFrom(...KINDS), nullable: fc.boolean() });
const cases: fc.Arbitrary<Case> = fc.array(column, { minLength: 1, maxLength: 6 }).chain((kinds) =>
  fc.record({
    kinds: fc.constant(kinds),
    commits: fc.array(
      fc.array(fc.tuple(...kinds.map(({ nullable }) => fc.option(fc.nat(), { freq: nullable ? 3 : 1e9 }))), {
        maxLength: 12,
      }),
      { maxLength: 6 },
    ),
    bufferBytes: fc.constantFrom(48, 512, 4096, 2 ** 20),
    segmentBytes: fc.constantFrom(1, 4096, 2 ** 24),
  }),
);

it('gives back every value of every kind, in whole commits, whatever its buffer and segments', () => {
  fc.assert(
    fc.property(cases, ({ kinds, commits, bufferBytes, segmentBytes }) => {
      const { folder, backend, writer, journal } = new Journaled({ bufferBytes, segmentBytes });
      const table = defineTable(
        'values',
        Object.fromEntries(kinds.map(({ kind, nullable }, i) => [`c${i}`, kind.column({ nullable })])),
      );
      const { append } = writer.open(table);
      for (const rows of commits) {
        for (const row of rows) {
          const values = row.map((value, i) => {
            const { kind, nullable } = kinds[i]!;
            return value === null && nullable ? null : kind.taken[(value ?? 0) % kind.taken.length]![0];
          });
          append(Object.fromEntries(values.map((value, i) => [`c${i}`, value])));
        }
        writer.flush();
      }
      journal.close({ remove: false });
      const found = replay(folder);
      expect(whole(found.commits)).toEqual(backend.commits);
      expect(found.report).toMatchObject({ tornBytes: 0, unfinished: null, damaged: [], missing: [] });
      expect(found.report.commits).toBe(backend.commits.length);
    }),
    { numRuns: 150 },
  );
});

it('gives back all kinds with all their values in one table', () => {
  const { folder, backend, writer, journal } = new Journaled();
  for (const [i, { column, taken }] of KINDS.entries()) {
    const { append } = writer.open(
      defineTable(`t${i}`, { value: column({}), maybe: column({ nullable: true }) }),
    );
    for (const [value] of taken) append({ value, maybe: null });
    for (const [value] of taken) append({ value, maybe: value });
    if (i % 3 === 0) writer.flush();
  }
  writer.flush();
  journal.close({ remove: false });
  expect(backend.commits.length).toBeGreaterThan(5);
  expect(whole(replay(folder).commits)).toEqual(backend.commits);
});
