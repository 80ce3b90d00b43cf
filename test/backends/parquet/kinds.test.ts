import { expect, it } from 'vitest';
import { defineTable, type TableSchema } from '../../../src/index.ts';
import { sameBits } from '../../read/bits.ts';
import { KINDS, type KindCase } from '../../support/values.ts';
import { readFiles, readTable } from './read-run.ts';
import { freshRun, recordRun } from './run.ts';

function schemaOf({ column }: KindCase): TableSchema {
  return defineTable('kind', { value: column({}), maybe: column({ nullable: true }) });
}

/** The flat columns of a kind's values, each followed by a null in the one that takes it. */
function wanted({ taken }: KindCase): Record<string, unknown>[] {
  return taken.flatMap(([, stored]) =>
    [true, false].map((present) =>
      Object.fromEntries(
        Object.entries(stored).flatMap(([part, value]) => [
          [`value${part}`, value],
          [`maybe${part}`, present ? value : null],
        ]),
      ),
    ),
  );
}

it.each(KINDS.map((kind) => [kind.name, kind] as const))('holds %s equal to the bit', async (_, kind) => {
  const folder = freshRun();
  const schema = schemaOf(kind);
  const rounds = 3;
  await recordRun(
    folder,
    async (recorder) => {
      const table = recorder.table(schema);
      for (let round = 0; round < rounds; round++) {
        for (const [value] of kind.taken) {
          table.append({ value, maybe: value } as never);
          table.append({ value, maybe: null } as never);
        }
        await recorder.flush();
      }
    },
    { parquet: { rowGroupValues: 25 } },
  );
  const found = await readTable(folder, 'kind');
  const expected = Array.from({ length: rounds }, () => wanted(kind)).flat();
  expect(found).toHaveLength(expected.length);
  for (const [row, values] of expected.entries()) {
    expect(found[row]!.id).toBe(row + 1);
    for (const [name, value] of Object.entries(values)) {
      expect([name, row, sameBits(found[row]![name], value)]).toEqual([name, row, true]);
    }
  }
  const groups = (await readFiles(folder, 'kind')).flatMap(({ rowGroups }) => rowGroups);
  expect(groups.length).toBeGreaterThan(1);
});
