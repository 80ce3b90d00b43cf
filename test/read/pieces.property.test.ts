import { expect, it } from 'vitest';
import { inOrder, type Piece } from '../../src/read/pieces.ts';
import fc from '../support/fast-check.ts';

/** A piece with these ids, whose one other column is the id's square; it counts how often it is read. */
function pieceOf(ids: readonly number[], reads: number[]): Piece {
  const ordered = ids.every((id, i) => i === 0 || id > ids[i - 1]!);
  return {
    rows: ids.length,
    firstId: Math.min(...ids),
    lastId: Math.max(...ids),
    // Half of the time it is not said.
    ordered: ordered && ids.length % 2 === 0,
    ...(ids.length % 3 === 0 ? { atOnce: 5 } : {}),
    async read(names, from, to) {
      reads.push(ids[from]!);
      return names.map((name) => ids.slice(from, to).map((id) => (name === 'id' ? id : id * id)));
    },
  };
}

const ids = fc.uniqueArray(fc.nat({ max: 300 }), { minLength: 1, maxLength: 80 });
/** Ids of several pieces, each a few that lie close together, a few that do not. */
const pieces = fc.tuple(ids, fc.nat({ max: 9 }), fc.boolean()).map(([all, count, sorted]) => {
  const parts = Array.from({ length: count + 1 }, (): number[] => []);
  const list = sorted ? all.toSorted((a, b) => a - b) : all;
  for (const [i, id] of list.entries()) parts[(i >> 2) % parts.length]!.push(id);
  return parts;
});

it('gives the rows of all pieces in the order of their ids, however these overlap', async () => {
  await fc.assert(
    fc.asyncProperty(pieces, fc.nat({ max: 100 }), fc.boolean(), async (parts, most, withId) => {
      const limit = most === 0 ? Number.POSITIVE_INFINITY : most;
      const reads: number[] = [];
      const names = withId ? ['square', 'id'] : ['square'];
      const found: unknown[] = [];
      const given = parts.filter((part) => part.length > 0).map((part) => pieceOf(part, reads));
      for await (const { cells, from, to } of inOrder(given, names, 'id', limit)) {
        expect(cells).toHaveLength(names.length);
        for (let row = from; row < to; row++) found.push(cells.map((values) => values[row]));
      }
      const wanted = parts.flat().sort((a, b) => a - b);
      expect(found).toEqual(wanted.slice(0, limit).map((id) => (withId ? [id * id, id] : [id * id])));
      // Nothing is read twice.
      expect(new Set(reads).size).toBe(reads.length);
    }),
    { numRuns: 300, seed: 20261122 },
  );
});

it('reads nothing behind a limit', async () => {
  const reads: number[] = [];
  const given = [
    [5, 6],
    [1, 2],
    [3, 4],
    [7, 9],
    [8, 10],
  ].map((part) => pieceOf(part, reads));
  const stretches = await Array.fromAsync(inOrder(given, ['id'], 'id', 3));
  expect(stretches.flatMap(({ cells, from, to }) => Array.from(cells[0]!).slice(from, to))).toEqual([
    1, 2, 3,
  ]);
  expect(reads).toEqual([1, 3]);
});
