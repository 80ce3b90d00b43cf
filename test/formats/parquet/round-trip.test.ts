import { describe, expect, it } from 'vitest';
import { COMPRESSIONS, codecFor } from '../../../src/backends/codecs/codec-for.ts';
import { encodingsOf } from '../../../src/formats/parquet/index.ts';
import { fileOf, fill, KIND_CASES, spell } from '../../support/parquet-cells.ts';
import { readColumn } from './read.ts';

describe.each(KIND_CASES)('$name', ({ column: base, cells }) => {
  const columns = encodingsOf(base).flatMap((encoding) =>
    [false, true].map((nullable) => ({ ...base, encoding, nullable })),
  );
  for (const column of columns) {
    const spelled = (values: readonly unknown[]) => values.map((value) => spell(column, value));

    it.each(COMPRESSIONS)(
      `${column.encoding}, ${column.nullable ? 'optional' : 'required'}, %s`,
      async (name) => {
        const options = { codec: await codecFor(name) };
        const groups = [fill(column, cells, 1), [], fill(column, cells, 200), [...cells]];
        for (const pages of [{}, { pageRows: 30 }, { pageBytes: 100 }]) {
          const file = fileOf(column, groups, { ...options, ...pages });
          expect(await readColumn(file, column)).toEqual(spelled(groups.flat()));
        }
      },
    );

    it(`${column.encoding}, ${column.nullable ? 'optional' : 'required'}: no rows, no nulls, all nulls`, async () => {
      expect(await readColumn(fileOf(column, []), column)).toEqual([]);
      expect(await readColumn(fileOf(column, [[]]), column)).toEqual([]);
      expect(await readColumn(fileOf(column, [[cells[0]!]]), column)).toEqual(spelled([cells[0]]));
      if (!column.nullable) return;
      const nulls = Array(50).fill(null);
      const groups = [nulls, [...cells], [null], [...nulls, cells[0]!, ...nulls]];
      const file = fileOf(column, groups, { pageRows: 16 });
      expect(await readColumn(file, column)).toEqual(spelled(groups.flat()));
    });
  }
});
