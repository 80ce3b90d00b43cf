import { expect, test } from 'vitest';
import { array, f64 } from '../../src/schema/columns.ts';
import { defineTable } from '../../src/schema/table.ts';
import { openDictionaries } from '../support/dictionary-table.ts';
import { addsUp, FakeWriter } from '../support/fake-writer.ts';
import fc from '../support/fast-check.ts';
import { rowsOf, type StoredRow } from '../support/memory-backend.ts';

/** A field's name says its type, so that rows never disagree. */
const makers: Readonly<Record<string, (n: number) => unknown>> = {
  speed: (n) => n / 3,
  big: (n) => BigInt(n) << 40n,
  flag: (n) => n % 2 === 0,
  label: (n) => `label ${n} `.repeat(n % 13),
  info: (n) => ({ n, list: [n] }),
  wind: (n) => [n, n + 1],
  spin: (n) => ({ x: n, y: 1, z: 2, w: 3 }),
  image: (n) => Float32Array.from({ length: 20 }, (_, i) => n + i),
};
const FIELDS = Object.keys(makers);

/** The flat columns of a row, null where it gives none. */
function flat(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const [wind, spin] = [row.wind as number[] | undefined, row.spin as Record<string, number> | undefined];
  const image = row.image as Float32Array | undefined;
  return {
    n: row.n,
    speed: row.speed ?? null,
    big: row.big ?? null,
    flag: row.flag ?? null,
    label: row.label ?? null,
    info: row.info === undefined ? null : JSON.stringify(row.info),
    wind_x: wind?.[0] ?? null,
    wind_y: wind?.[1] ?? null,
    spin_x: spin?.x ?? null,
    spin_y: spin?.y ?? null,
    spin_z: spin?.z ?? null,
    spin_w: spin?.w ?? null,
    image: image === undefined ? null : new Uint8Array(image.buffer),
  };
}

const COLUMNS = Object.keys(flat({ n: 0 }));

function all(row: StoredRow): Record<string, unknown> {
  return Object.fromEntries(COLUMNS.map((name) => [name, row[name] ?? null]));
}

const make = (n: number, fields: readonly string[]) => ({
  n,
  ...Object.fromEntries(fields.map((field) => [field, makers[field]!(n)])),
});

test('rows from before and after a new column stand in one commit', () => {
  const writer = new FakeWriter();
  const append = openDictionaries(writer, 'log');
  const rows = [
    make(1, ['speed']),
    make(2, ['speed', 'label']),
    make(3, []),
    make(4, FIELDS),
    make(5, ['speed']),
  ];
  const ids = rows.map(append);
  expect(ids).toEqual([1, 2, 3, 4, 5]);
  writer.flush();
  expect(writer.backend.commits).toHaveLength(1);
  expect(rowsOf(writer.backend.commits[0]!, 'log').map(all)).toEqual(rows.map(flat));
  expect(writer.backend.rows('log').map(({ id }) => id)).toEqual(ids);
});

test('a column that appears inside of a unit is there for the rest of it', () => {
  const writer = new FakeWriter();
  const append = openDictionaries(writer, 'log');
  append(make(1, []));
  writer.lane.beginUnit();
  append(make(2, []));
  append(make(3, ['label']));
  writer.drain();
  expect(writer.backend.rows('log').map(({ n }) => n)).toEqual([1]);
  writer.lane.endUnit();
  writer.drain();
  expect(writer.backend.rows('log').map(all)).toEqual(
    [make(1, []), make(2, []), make(3, ['label'])].map(flat),
  );
});

test('a unit that is dropped after a new column leaves the table in order', () => {
  const filler = defineTable('filler', { n: f64(), state: array('f64', 128) });
  const state = new Float64Array(128);
  const writer = new FakeWriter({ memoryLimitBytes: 1600 * 1024, overflow: 'drop-newest' });
  const append = openDictionaries(writer, 'log');
  const fill = writer.open(filler);
  const first = append(make(1, ['speed']));
  writer.lane.beginUnit();
  append(make(2, ['speed']));
  append(make(3, ['label']));
  while (fill.append({ n: 0, state }) !== 0);
  expect(append(make(4, ['flag']))).toBe(0);
  writer.lane.endUnit();
  writer.drain();
  const ids = [append(make(5, ['speed'])), append(make(6, ['label', 'flag'])), append(make(7, ['info']))];
  writer.flush();
  expect(writer.reported).toEqual([]);
  const kept = [make(1, ['speed']), make(5, ['speed']), make(6, ['label', 'flag']), make(7, ['info'])];
  expect(writer.backend.rows('log').map(all)).toEqual(kept.map(flat));
  expect(writer.backend.rows('log').map(({ id }) => id)).toEqual([first, ...ids]);
  expect(writer.counts('log')).toMatchObject({ submitted: 7, written: 4, dropped: 3 });
});

type Step =
  | { readonly do: 'row'; readonly fields: readonly string[]; readonly times: number }
  | { readonly do: 'begin' | 'end' | 'drain' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('row' as const),
      fields: fc.shuffledSubarray(FIELDS),
      times: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 400 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('begin' as const, 'end' as const, 'drain' as const) }),
  },
);

test('rows come back in order and whole, whenever columns appear', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 25 }),
      fc.constantFrom(2 ** 20, 100 * 2 ** 20),
      (steps, limit) => {
        const writer = new FakeWriter({ memoryLimitBytes: limit });
        const append = openDictionaries(writer, 'log');
        const rows: Record<string, unknown>[] = [];
        const ids: number[] = [];
        for (const step of steps) {
          if (step.do === 'begin' && !writer.lane.unitOpen) writer.lane.beginUnit();
          else if (step.do === 'end' && writer.lane.unitOpen) writer.lane.endUnit();
          else if (step.do === 'drain') writer.flush();
          else if (step.do === 'row') {
            for (let i = 0; i < step.times; i++) {
              rows.push(make(rows.length, step.fields));
              ids.push(append(rows.at(-1)!));
            }
          }
        }
        if (writer.lane.unitOpen) writer.lane.endUnit();
        writer.flush();
        expect(writer.backend.rows('log').map(all)).toEqual(rows.map(flat));
        expect(writer.backend.rows('log').map(({ id }) => id)).toEqual(ids);
        expect(addsUp(writer.counts('log'))).toBe(true);
      },
    ),
    { numRuns: 40 },
  );
});
