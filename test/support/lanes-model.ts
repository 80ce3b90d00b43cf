import { expect } from 'vitest';
import { CUT } from '../../src/buffer/words.ts';
import { array, defineTable, f64, isSimtapeError, ref, type TableSchema, utf8 } from '../../src/index.ts';
import { betweenAtomics } from './between-atomics.ts';
import { type FakeLane, FakeLanes, type FakeLanesOptions } from './fake-lanes.ts';
import { addsUp, type OpenedTable } from './fake-writer.ts';
import type { StoredRow } from './memory-backend.ts';

const wide = defineTable('wide', { n: f64(), state: array('f64', 128) });
const words = defineTable('words', { n: f64(), text: utf8() });
const link = defineTable('link', { n: f64(), wide_id: ref(wide) });
const NAMES = ['wide', 'words', 'link'] as const;
type Name = (typeof NAMES)[number];

/** What one of the threads does. `lane` and `pick` are taken modulo what there is. */
export type Act =
  | { readonly do: 'append'; readonly lane: number; readonly table: 'wide' | 'words'; readonly rows: number }
  | { readonly do: 'refer'; readonly lane: number; readonly pick: number; readonly rows: number }
  | { readonly do: 'begin' | 'end' | 'close' | 'kill'; readonly lane: number };

/** A step of a schedule. `at` is the atomic operation at which another thread comes in between. */
export type Event =
  | Act
  | { readonly do: 'interrupted'; readonly act: Act; readonly at: number }
  | { readonly do: 'cut off'; readonly act: Act }
  | { readonly do: 'drain'; readonly at: number; readonly acts: readonly Act[] }
  | { readonly do: 'attach' };

interface Unit {
  readonly lane: number;
  readonly rows: number[];
  state: 'open' | 'ended' | 'lost';
}

interface Thread {
  readonly fake: FakeLane;
  readonly tables: Record<Name, OpenedTable<never>>;
  unit: Unit | null;
  /** Rows of `wide`, `words` and `link` when the unit began. */
  before: number[];
  gone: boolean;
}

interface Row {
  readonly table: Name;
  readonly unit: Unit;
  id: number;
  readonly reference: number | null;
}

const CUT_OFF = new Error('the thread is gone');
const state = new Float64Array(128);

/** Plays a schedule of several threads and a writer, and knows what has to come of it. */
export class LanesModel {
  readonly lanes: FakeLanes;
  /** How often something happened that a schedule must make happen to be worth its time. */
  readonly seen = { parts: 0, lost: 0, refused: 0, references: 0, between: 0, cutOff: 0, abandoned: 0 };
  readonly #advance: (ms: number) => void;
  readonly #threads: Thread[] = [];
  readonly #rows: Row[] = [];
  readonly #refused: Record<Name, number> = { wide: 0, words: 0, link: 0 };
  #draining = false;
  #next = 0;

  /** @param advance moves the clock by milliseconds, so that a lane that waits in vain gives up */
  constructor(options: FakeLanesOptions, advance: (ms: number) => void) {
    this.#advance = advance;
    this.lanes = new FakeLanes({ ...options, orderedStores: false, onWait: (ms) => this.#wait(ms) });
    this.#join(this.lanes.main);
  }

  play(events: readonly Event[]): void {
    for (const event of events) {
      this.#play(event);
      if (event.do === 'drain') this.check();
      this.#checkAccounts();
    }
    this.seen.abandoned += this.lanes.backend.abandoned.length;
  }

  /** All lanes are closed but the recorder's own, and everything is drained. */
  finish(): void {
    for (const index of this.#threads.keys()) this.#act({ do: 'end', lane: index });
    for (const thread of this.#threads.slice(1)) if (!thread.gone) this.#leave(thread, 'close');
    // Units larger than the memory come one after another.
    for (let round = 0; round <= this.#threads.length; round++) this.lanes.flush();
    this.check();
    this.#checkAccounts();
    expect(this.lanes.lanes).toHaveLength(1);
    const missing = this.#rows.flatMap(({ table, unit }, n) =>
      unit.state === 'ended' ? [`${table} ${n}`] : [],
    );
    const found = NAMES.flatMap((table) => this.lanes.backend.rows(table).map(({ n }) => `${table} ${n}`));
    expect(found.sort()).toEqual(missing.sort());
    this.#checkTotals();
  }

  /** Rows are visible in whole units, in their lane's order, with their own values, and refer to visible rows. */
  check(): void {
    const visible = new Map<number, StoredRow>();
    for (const table of NAMES) {
      const last = new Map<number, number>();
      for (const row of this.lanes.backend.rows(table)) {
        const n = row.n as number;
        const known = this.#rows[n];
        if (known?.table !== table || visible.has(n))
          expect.fail(`row ${n} of ${table} is not that row, or doubled`);
        if (known.unit.state !== 'ended')
          expect.fail(`row ${n} is visible, of a unit that is ${known.unit.state}`);
        if (row.id !== known.id) expect.fail(`row ${n} has the id ${row.id}, was given ${known.id}`);
        const { lane } = known.unit;
        if (n < (last.get(lane) ?? -1))
          expect.fail(`row ${n} of lane ${lane} comes behind ${last.get(lane)}`);
        last.set(lane, n);
        visible.set(n, row);
        this.#checkValues(row, n);
      }
    }
    for (const unit of new Set(this.#rows.map(({ unit }) => unit))) {
      const there = unit.rows.filter((n) => visible.has(n)).length;
      if (there !== 0 && there !== unit.rows.length)
        expect.fail(`of a unit of lane ${unit.lane} ${there} of ${unit.rows.length} rows are visible`);
    }
    this.#checkPrefix(visible);
    expect(this.lanes.backend.dangling()).toEqual([]);
    expect(this.lanes.reported).toEqual([]);
  }

  /** Nothing comes before what the same lane recorded before it. */
  #checkPrefix(visible: ReadonlyMap<number, StoredRow>): void {
    const missing = new Set<number>();
    for (const [n, { unit }] of this.#rows.entries()) {
      if (unit.state !== 'ended') continue;
      if (!visible.has(n)) missing.add(unit.lane);
      else if (missing.has(unit.lane)) expect.fail(`lane ${unit.lane} has row ${n} before earlier ones`);
    }
  }

  #checkValues(row: StoredRow, n: number): void {
    if (row.text !== undefined) expect(row.text).toBe(textOf(n));
    if (row.state !== undefined) {
      const { buffer, byteOffset } = row.state as Uint8Array<ArrayBuffer>;
      const values = new Float64Array(buffer, byteOffset, 128);
      if (!values.every((value) => value === n)) expect.fail(`row ${n} of wide is torn`);
    }
    if (row.wide_id !== undefined) expect(row.wide_id).toBe(this.#rows[n]!.reference);
  }

  #checkAccounts(): void {
    for (const [name, metrics] of Object.entries(this.lanes.metrics().tables))
      if (!addsUp(metrics)) expect.fail(`${name} does not add up: ${JSON.stringify(metrics)}`);
    expect(this.lanes.leaks()).toEqual([]);
  }

  #checkTotals(): void {
    const { tables } = this.lanes.metrics();
    for (const table of NAMES) {
      const own = this.#rows.filter((row) => row.table === table);
      const ended = own.filter(({ unit }) => unit.state === 'ended').length;
      const { submitted, written, pending, dropped, rejected, failed } = tables[table]!;
      expect({ written, pending, dropped, rejected }).toEqual({
        written: ended,
        pending: 0,
        dropped: 0,
        rejected: this.#refused[table],
      });
      // Of units that were lost, what had been given to the writer was submitted.
      expect(failed).toBeLessThanOrEqual(own.length - ended);
      expect(submitted).toBe(written + rejected + failed);
      const ids = own.filter(({ unit }) => unit.state === 'ended').map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  }

  #play(event: Event): void {
    switch (event.do) {
      case 'attach': {
        if (this.#threads.filter(({ gone }) => !gone).length >= 5) return;
        this.#join(this.lanes.attach());
        return;
      }
      case 'drain':
        this.#drain(event.at, event.acts);
        return;
      case 'interrupted':
        atNth(
          event.at,
          () => this.#act(event.act),
          () => {
            this.seen.between++;
            this.#drain(-1, []);
          },
        );
        return;
      case 'cut off':
        this.#cutOff(event.act);
        return;
      default:
        this.#act(event);
    }
  }

  #drain(at: number, acts: readonly Act[]): void {
    if (this.#draining) return;
    this.#draining = true;
    const before = this.lanes.backend.commits.length;
    try {
      atNth(
        at,
        () => this.lanes.drain(),
        () => {
          this.seen.between++;
          for (const act of acts) this.#act(act);
        },
      );
    } finally {
      this.#draining = false;
    }
    this.seen.parts += this.lanes.backend.commits.slice(before).filter(({ open }) => open).length;
  }

  #wait(ms: number): void {
    this.#advance(Math.max(1, ms));
    this.#drain(-1, []);
  }

  /** The thread ends before a cut of its that is written is published. */
  #cutOff(act: Act): void {
    const index = act.lane % this.#threads.length;
    const thread = this.#threads[index]!;
    if (index === 0 || thread.gone || act.do === 'close' || act.do === 'kill') return;
    const { buffer } = thread.fake.lane.words;
    try {
      betweenAtomics(
        () => this.#act(act),
        ({ when, operation, array, index }) => {
          if (
            when === 'before' &&
            operation === 'exchange' &&
            index === CUT &&
            (array as Int32Array).buffer === buffer
          )
            throw CUT_OFF;
        },
      );
    } catch (error) {
      if (error !== CUT_OFF) throw error;
      this.seen.cutOff++;
    }
    if (!thread.gone) this.#leave(thread, 'kill');
  }

  #act(act: Act): void {
    const index = act.lane % this.#threads.length;
    const thread = this.#threads[index]!;
    if (thread.gone) return;
    switch (act.do) {
      case 'begin':
        if (thread.unit !== null) return;
        thread.unit = { lane: index, rows: [], state: 'open' };
        thread.before = NAMES.map((name) => thread.tables[name].ring.count);
        thread.fake.lane.beginUnit();
        return;
      case 'end':
        this.#end(thread);
        return;
      case 'append':
        for (let i = 0; i < act.rows && this.#append(thread, index, act.table, null); i++);
        return;
      case 'refer':
        for (let i = 0; i < act.rows; i++) {
          const target = this.#referable(thread, act.pick + i * 7);
          if (target === null || !this.#append(thread, index, 'link', target)) break;
        }
        return;
      default:
        if (index > 0) this.#leave(thread, act.do);
    }
  }

  #end(thread: Thread): void {
    if (thread.unit === null) return;
    const { unit } = thread;
    thread.unit = null;
    try {
      // Published, and so to be seen by a drain, in the middle of this call.
      unit.state = 'ended';
      thread.fake.lane.endUnit();
    } catch (error) {
      this.#lose(unit);
      throw error;
    }
  }

  /** Whether the row was taken, and the thread goes on. */
  #append(thread: Thread, lane: number, table: Name, reference: number | null): boolean {
    const n = this.#next++;
    const single = thread.unit === null;
    // A single row may be seen before the call returns.
    const unit: Unit = thread.unit ?? { lane, rows: [], state: 'ended' };
    const row: Row = { table, unit, id: 0, reference };
    this.#rows[n] = row;
    unit.rows.push(n);
    try {
      row.id = thread.tables[table].append(this.#valueOf(table, n, reference));
      if (reference !== null) this.seen.references++;
      return !thread.gone;
    } catch (error) {
      if (single && error === CUT_OFF) unit.state = 'lost';
      if (error === CUT_OFF) throw error;
      if (!isSimtapeError(error, 'Backpressure')) throw error;
      // Only behind another lane's large unit, or where the writer is kept from working, does a lane wait in vain.
      if (!this.#draining && !this.lanes.drainer.busy) throw error;
      this.seen.refused++;
      this.#refused[table]++;
      unit.rows.pop();
      this.#rows[n] = { ...row, unit: { lane, rows: [], state: 'lost' } };
      return false;
    }
  }

  #valueOf(table: Name, n: number, reference: number | null): unknown {
    if (table === 'words') return { n, text: textOf(n) };
    return table === 'wide' ? { n, state: state.fill(n) } : { n, wide_id: reference };
  }

  #leave(thread: Thread, how: 'close' | 'kill'): void {
    thread.gone = true;
    if (how === 'close') {
      if (thread.unit !== null) thread.unit.state = 'ended';
      thread.unit = null;
      thread.fake.close();
      return;
    }
    if (thread.unit !== null) this.#lose(thread.unit);
    thread.unit = null;
    thread.fake.die();
  }

  #lose(unit: Unit): void {
    unit.state = 'lost';
    this.seen.lost++;
  }

  /**
   * A row of `wide` that a thread may refer to: of its own, or of a unit of another one that has ended. Once the writer
   * has a part of its unit, rows of others are written behind that unit only: so then of what is written.
   */
  #referable(thread: Thread, pick: number): number | null {
    const lane = this.#threads.indexOf(thread);
    const inParts = NAMES.some((name, i) => thread.tables[name].ring.given > thread.before[i]!);
    const stored =
      thread.unit !== null && inParts ? new Set(this.lanes.backend.rows('wide').map(({ id }) => id)) : null;
    const targets = this.#rows.filter(({ table, unit, id }) => {
      if (table !== 'wide' || id === 0) return false;
      if (unit.lane === lane) return unit.state !== 'lost';
      return unit.state === 'ended' && (stored === null || stored.has(id));
    });
    return targets.length === 0 ? null : targets[targets.length - 1 - (pick % targets.length)]!.id;
  }

  #join(fake: FakeLane): void {
    const tables = Object.fromEntries(
      [wide, words, link].map((schema) => [schema.name, fake.open<TableSchema>(schema)]),
    );
    this.#threads.push({
      fake,
      tables: tables as unknown as Thread['tables'],
      unit: null,
      before: [],
      gone: false,
    });
  }
}

function textOf(n: number): string {
  return `${n} `.repeat(1 + (n % 40));
}

/** Runs something, with something else at its n-th atomic operation; never where n is negative. */
function atNth(n: number, run: () => void, other: () => void): void {
  let left = n;
  if (n < 0) run();
  else
    betweenAtomics(run, () => {
      if (left-- === 0) other();
    });
}
