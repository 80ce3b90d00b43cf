import { expect, test } from 'vitest';
import { layoutOf, viewOf } from '../../src/buffer/layout.ts';
import { openSegment, segmentBytes } from '../../src/buffer/segment.ts';
import { SEGMENT_HEADER_BYTES } from '../../src/buffer/words.ts';
import { array, enumOf } from '../../src/schema/columns.ts';
import { planTable, type StoredColumn } from '../../src/schema/plan.ts';
import { defineTable } from '../../src/schema/table.ts';
import fc from '../support/fast-check.ts';
import { KINDS } from '../support/values.ts';

const columns: fc.Arbitrary<readonly StoredColumn[]> = fc
  .array(fc.record({ kind: fc.constantFrom(...KINDS), nullable: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((chosen) => {
    const fields = chosen.map(({ kind, nullable }, i) => [`c${i}`, kind.column({ nullable })] as const);
    return planTable(defineTable('t', Object.fromEntries(fields))).plan.columns;
  });

test('columns of a segment stand one behind another, aligned, behind the header and before the arena', () => {
  fc.assert(
    fc.property(columns, (stored) => {
      const layout = layoutOf(stored);
      expect(layout.rows % 8).toBe(0);
      expect(layout.rows).toBeGreaterThanOrEqual(8);
      const { views } = openSegment(0, new SharedArrayBuffer(segmentBytes(layout, layout.arenaBytes)));
      let end = SEGMENT_HEADER_BYTES;
      for (const [i, { view, start, width, valid }] of layout.fields.entries()) {
        const size = views[view].BYTES_PER_ELEMENT;
        expect(Number.isInteger(start)).toBe(true);
        expect(start * size).toBe(end);
        end += layout.rows * width * size;
        expect(valid).toBe(stored[i]!.nullable ? end : -1);
        if (stored[i]!.nullable) end += layout.rows;
      }
      expect(layout.arena).toBe(end);
      const text = stored.some(({ kind }) => ['utf8', 'json', 'bytes'].includes(kind));
      expect(layout.arenaBytes > 0).toBe(text);
      expect(views.U8.length).toBeGreaterThanOrEqual(layout.arena + layout.arenaBytes);
    }),
  );
});

test('the same columns give the same layout after a crossing to another thread', () => {
  fc.assert(
    fc.property(columns, (stored) => {
      expect(layoutOf(structuredClone(stored))).toEqual(layoutOf(stored));
    }),
  );
});

test('an enum is stored in one byte up to 256 labels, in two beyond', () => {
  const labels = (count: number) => ({
    kind: 'enum' as const,
    labels: enumOf(Array.from({ length: count }, (_, i) => `l${i}`)).labels!,
  });
  expect([1, 256, 257].map((count) => viewOf(labels(count)))).toEqual(['U8', 'U8', 'U16']);
});

test('a row larger than an ordinary segment still gets eight rows', () => {
  const { plan } = planTable(defineTable('t', { image: array('f64', 100_000) }));
  expect(layoutOf(plan.columns).rows).toBe(8);
});
