import { describe, expect, test } from 'vitest';
import { array, f64, json, utf8 } from '../../src/schema/columns.ts';
import { defineTable } from '../../src/schema/table.ts';
import { addsUp, type Diligence, FakeWriter } from '../support/fake-writer.ts';
import fc from '../support/fast-check.ts';
import { rowsOf, type StoredRow } from '../support/memory-backend.ts';

/** Many rows a segment, few rows a segment, and rows whose text ends segments early. */
const thin = defineTable('thin', { n: f64() });
const wide = defineTable('wide', { n: f64(), state: array('f64', 128) });
const words = defineTable('words', { n: f64(), text: utf8({ nullable: true }), data: json() });
const tables = [thin, wide, words];
const NAMES = ['thin', 'wide', 'words'] as const;
type Name = (typeof NAMES)[number];

const state = new Float64Array(128);

function rowOf(table: Name, n: number): Record<string, unknown> {
  if (table === 'thin') return { n };
  if (table === 'wide') {
    state.fill(n);
    return { n, state };
  }
  const text = n % 7 === 0 ? null : 'x'.repeat((n * 131) % (n % 11 === 0 ? 20_000 : 90));
  return { n, text, data: n % 3 === 0 ? { n } : [n, { even: n % 2 === 0 }] };
}

function matches(table: Name, stored: StoredRow): boolean {
  const row = rowOf(table, stored.n as number);
  if (table === 'wide') return Buffer.compare(stored.state as Uint8Array, Buffer.from(state.buffer)) === 0;
  return table === 'thin' || (stored.text === row.text && stored.data === JSON.stringify(row.data));
}

type Action =
  | { readonly do: 'append'; readonly table: Name; readonly rows: number }
  | { readonly do: 'begin' | 'end' | 'publish' | 'drain' | 'reclaim' };

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      table: fc.constantFrom(...NAMES),
      rows: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 900 })),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('begin' as const, 'end' as const, 'publish' as const, 'drain' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'reclaim' as const }) },
);

/** Rows as a plain array, each with the number of its unit; rows outside of a unit are units of their own. */
class Model {
  readonly rows: Record<Name, { n: number; id: number; unit: number }[]> = { thin: [], wide: [], words: [] };
  unit = 0;
  open = false;
  next = 1;

  begin(): void {
    this.unit++;
    this.open = true;
  }

  end(): void {
    this.unit++;
    this.open = false;
  }

  add(table: Name, n: number, id: number): void {
    if (!this.open) this.unit++;
    this.rows[table].push({ n, id, unit: this.unit });
  }

  /** Rows of units that have ended. */
  ended(table: Name): { n: number; id: number; unit: number }[] {
    return this.open ? this.rows[table].filter(({ unit }) => unit !== this.unit) : this.rows[table];
  }
}

/** Returns whether a unit went through in parts. */
function play(actions: readonly Action[], memoryLimitBytes: number, diligence: Diligence): boolean {
  const writer = new FakeWriter({ memoryLimitBytes, diligence });
  const opened = Object.fromEntries(tables.map((schema) => [schema.name, writer.open(schema)]));
  const model = new Model();

  const check = (all: boolean) => {
    for (const name of NAMES) {
      const visible = writer.backend.rows(name);
      const ended = model.ended(name);
      expect(visible.map(({ n, id }) => ({ n, id }))).toEqual(
        ended.slice(0, all ? undefined : visible.length).map(({ n, id }) => ({ n, id })),
      );
      expect(addsUp(writer.counts(name))).toBe(true);
    }
    wholeUnits(writer, model);
  };

  for (const step of actions) {
    switch (step.do) {
      case 'append':
        for (let i = 0; i < step.rows; i++) {
          const n = model.next++;
          model.add(step.table, n, opened[step.table]!.append(rowOf(step.table, n)));
        }
        break;
      case 'begin':
        if (model.open) break;
        writer.lane.beginUnit();
        model.begin();
        break;
      case 'end':
        if (!model.open) break;
        writer.lane.endUnit();
        model.end();
        break;
      case 'publish':
        writer.lane.publish();
        break;
      case 'drain':
        writer.drain();
        check(false);
        break;
      case 'reclaim':
        for (const { ring } of Object.values(opened)) ring.reclaim();
        break;
    }
  }
  check(false);
  if (model.open) {
    writer.lane.endUnit();
    model.end();
  }
  writer.flush();
  check(true);
  for (const name of NAMES) {
    for (const row of writer.backend.rows(name))
      if (!matches(name, row)) expect.fail(`${name} ${row.n} differs`);
    const rows = model.rows[name].length;
    expect(writer.counts(name)).toMatchObject({ submitted: rows, written: rows, dropped: 0, pending: 0 });
  }
  for (const { ring } of Object.values(opened)) ring.reclaim();
  expect(writer.metrics().buffer.bytesAllocated).toBeLessThanOrEqual(memoryAfter(opened));
  return writer.backend.commits.some(({ open }) => open);
}

/** What rings take that hold nothing but their current segment, in whole KiB. */
function memoryAfter(opened: Record<string, { ring: { views: { U8: Uint8Array } } }>): number {
  return Object.values(opened).reduce(
    (sum, { ring }) => sum + Math.ceil(ring.views.U8.length / 1024) * 1024,
    0,
  );
}

/** Every unit stands in one closed commit, or in open ones that are closed. */
function wholeUnits(writer: FakeWriter, model: Model): void {
  const unitOf = new Map<string, number>();
  for (const name of NAMES) for (const { n, unit } of model.rows[name]) unitOf.set(`${name} ${n}`, unit);
  const commitOf = new Map<number, number>();
  let group = 0;
  for (const commit of writer.backend.commits) {
    for (const name of NAMES) {
      for (const { n } of rowsOf(commit, name)) {
        const unit = unitOf.get(`${name} ${n}`)!;
        if ((commitOf.get(unit) ?? group) !== group) expect.fail(`unit ${unit} is in two commits`);
        commitOf.set(unit, group);
      }
    }
    if (!commit.open) group++;
  }
}

describe('rows come out once, in order, in whole units, with their ids', () => {
  const actions = fc.array(action, { minLength: 5, maxLength: 40 });

  /** Returns in how many runs a unit went through in parts. */
  function assertAlways(memoryLimitBytes: number, diligence: Diligence, numRuns: number): number {
    let inParts = 0;
    fc.assert(
      fc.property(actions, (steps) => {
        if (play(steps, memoryLimitBytes, diligence)) inParts++;
      }),
      { numRuns },
    );
    return inParts;
  }

  test('with memory to spare', () => {
    expect(assertAlways(100 * 2 ** 20, 'pressed', 30)).toBe(0);
  });

  test('with a writer that takes each row as soon as it may', () => {
    expect(assertAlways(100 * 2 ** 20, 'awake', 30)).toBe(0);
  });

  test('with memory for a few segments, so that the lane waits and large units go through in parts', () => {
    expect(assertAlways(700 * 1024, 'pressed', 40)).toBeGreaterThan(0);
  });
});
