import { describe, expect, it } from 'vitest';
import type { StoredValue } from '../../src/backends/commit.ts';
import {
  array,
  bool,
  bytes,
  type Column,
  createRecorder,
  defineTable,
  enumOf,
  f32,
  f64,
  i32,
  i64,
  json,
  ref,
  SimulationFrame,
  type TableSchema,
  timestamp,
  u64,
  utf8,
} from '../../src/index.ts';
import { type ColumnData, openRecording } from '../../src/read/index.ts';
import { connect } from '../backends/scratch.ts';
import { KINDS, type KindCase } from '../support/values.ts';
import { BACKENDS, placeOf } from './backends.ts';
import { difference, sameBits } from './bits.ts';

/** What holds the values of a kind in `columns()`. */
const HOLDERS: Record<string, unknown> = {
  f64: Float64Array,
  f32: Float32Array,
  i8: Int8Array,
  i16: Int16Array,
  i32: Int32Array,
  i64: BigInt64Array,
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  u64: BigUint64Array,
  timestamp: BigInt64Array,
  ref: Float64Array,
};

/** Every value of a kind in a column that takes no null, and in one that does, with nulls between. */
const rowsOf = ({ taken }: KindCase): { value: unknown; maybe: unknown }[] =>
  taken.flatMap(([value]) => [
    { value, maybe: value },
    { value, maybe: null },
  ]);

/** The flat columns that those rows become. */
function flatColumns({ taken }: KindCase): Record<string, (StoredValue | undefined)[]> {
  const parts = Object.keys(taken[0]![1]);
  return Object.fromEntries(
    parts.flatMap((part) => [
      [`value${part}`, taken.flatMap(([, stored]) => [stored[part], stored[part]])],
      [`maybe${part}`, taken.flatMap(([, stored]) => [stored[part], null])],
    ]),
  );
}

/** What a text of JSON stands for, with integers that a number would round as bigints. */
function parsed(text: string): unknown {
  const digits = /^\{"big":(\d+)\}$/.exec(text)?.[1];
  return digits === undefined ? JSON.parse(text) : { big: BigInt(digits) };
}

function kindSchema({ column }: KindCase): TableSchema {
  return defineTable('kind', { value: column({}), maybe: column({ nullable: true }) } as Record<
    string,
    Column
  >);
}

describe.each(BACKENDS)('%s', (backend) => {
  const { freshPath, record } = placeOf(backend);

  it.each(KINDS.map((kind) => [kind.name, kind] as const))(
    'reads columns of %s equal to the bit',
    async (_, kind) => {
      const path = freshPath();
      const schema = kindSchema(kind);
      await record(path, (recorder) => {
        for (const row of rowsOf(kind)) recorder.table(schema).append(row as never);
      });
      using recording = await openRecording(path);
      const { id, ...columns } = await recording.table('kind').columns();
      const flat = flatColumns(kind);
      expect(Object.keys(columns)).toEqual(Object.keys(flat).sort(byPlace(columns)));
      for (const [name, values] of Object.entries(flat)) {
        const data = columns[name]!;
        expect([name, difference(data, values)]).toEqual([name, null]);
        expect(data.values.constructor).toBe(HOLDERS[data.column.kind] ?? Array);
        expect(data.validity === undefined).toBe(name.startsWith('value'));
      }
      expect([...id!.values]).toEqual(rowsOf(kind).map((_, row) => row + 1));
    },
  );

  /** Sorts names as the columns stand. */
  function byPlace(columns: Readonly<Record<string, ColumnData>>): (a: string, b: string) => number {
    const names = Object.keys(columns);
    return (a, b) => names.indexOf(a) - names.indexOf(b);
  }

  it.each(KINDS.map((kind) => [kind.name, kind] as const))(
    'reads rows of %s equal to the bit',
    async (_, kind) => {
      const path = freshPath();
      const schema = kindSchema(kind);
      await record(path, (recorder) => {
        for (const row of rowsOf(kind)) recorder.table(schema).append(row as never);
      });
      using recording = await openRecording(path);
      const rows = await Array.fromAsync(recording.table('kind').rows());
      for (const [name, values] of Object.entries(flatColumns(kind))) {
        const isJson = kind.name === 'json';
        for (const [row, value] of values.entries()) {
          const found = rows[row]![name];
          if (isJson) expect(found).toEqual(value === null ? null : parsed(String(value)));
          else expect([name, row, sameBits(found, value)]).toEqual([name, row, true]);
        }
      }
    },
  );

  const Sample = defineTable('sample', {
    real: f64(),
    single: f32(),
    integer: i64(),
    count: u64(),
    flag: bool(),
    text: utf8(),
    data: json(),
    raw: bytes(),
    at: timestamp(),
    mode: enumOf(['cast', 'surge']),
    weights: array('f32', 3),
  });

  it.runIf(backend === 'sqlite')(
    'stores values so that others read them: what SQLite has, as SQLite has it',
    async () => {
      const path = freshPath();
      await record(path, (recorder) => {
        recorder.table(Sample).append({
          real: 1 / 3,
          single: 0.1,
          integer: 2n ** 53n + 1n,
          count: 2n ** 63n - 1n,
          flag: true,
          text: 'schön 👩‍🚀',
          data: { list: [1, 'a', null], big: 2n ** 60n },
          raw: Uint8Array.of(0, 255),
          at: 1_700_000_000_123_456_789n,
          mode: 'surge',
          weights: [1, -0, Number.NaN],
        });
      });
      const database = connect(path);
      const statement = database.prepare('SELECT * FROM sample');
      statement.setReadBigInts(true);
      expect({ ...statement.get() }).toEqual({
        id: 1n,
        real: 1 / 3,
        single: Math.fround(0.1),
        integer: 2n ** 53n + 1n,
        count: 2n ** 63n - 1n,
        flag: 1n,
        text: 'schön 👩‍🚀',
        data: '{"list":[1,"a",null],"big":1152921504606846976}',
        raw: Uint8Array.of(0, 255),
        at: 1_700_000_000_123_456_789n,
        mode: 'surge',
        weights: new Uint8Array(Float32Array.of(1, -0, Number.NaN).buffer),
        run_number: 1n,
      });
    },
  );

  const Large = defineTable('large', { text: utf8(), raw: bytes(), data: json({ nullable: true }) });

  it('reads huge and empty texts and bytes back', async () => {
    const path = freshPath();
    const text = 'plume 👩‍🚀\u0000'.repeat(100_000);
    const raw = Uint8Array.from({ length: 2 ** 20 }, (_, i) => (i * 7919) >> 3);
    const rows = [
      { text, raw, data: { text } },
      { text: '', raw: new Uint8Array(0), data: null },
      { text: 'x', raw, data: '' },
      { text, raw: Uint8Array.of(1), data: [] },
    ];
    const recorder = await createRecorder({ path });
    for (const row of rows) recorder.table(Large).append(row);
    await recorder.close();
    using recording = await openRecording(path);
    const { text: texts, raw: raws, data } = await recording.table('large').columns();
    expect(
      difference(
        texts!,
        rows.map((row) => row.text),
      ),
    ).toBeNull();
    expect(
      difference(
        raws!,
        rows.map((row) => row.raw),
      ),
    ).toBeNull();
    expect(
      difference(
        data!,
        rows.map((row) => (row.data === null ? null : JSON.stringify(row.data))),
      ),
    ).toBeNull();
  });

  const ELEMENTS = {
    f64: [
      Float64Array.of(5e-324, -0, Number.NaN, Number.NEGATIVE_INFINITY),
      Float64Array.of(1, 2, 3, 2 ** 53 + 2),
    ],
    f32: [Float32Array.of(1e-45, -0, Number.NaN, 3.4e38)],
    i8: [Int8Array.of(-128, 127, 0, -1)],
    i16: [Int16Array.of(-32768, 32767, 0, -1)],
    i32: [Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 0, -1)],
    i64: [BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n, -1n)],
    u8: [Uint8Array.of(0, 255, 1, 128)],
    u16: [Uint16Array.of(0, 65535, 1, 32768)],
    u32: [Uint32Array.of(0, 2 ** 32 - 1, 1, 2 ** 31)],
    u64: [BigUint64Array.of(0n, 2n ** 64n - 1n, 2n ** 63n, 1n)],
  } as const;

  it.each(Object.entries(ELEMENTS))('reads arrays of %s as arrays of their kind', async (element, values) => {
    const path = freshPath();
    const schema = defineTable('arrays', { values: array(element as 'f64', 4, { nullable: true }) });
    await record(path, (recorder) => {
      for (const value of [...values, null])
        recorder.table(schema).append({ values: value as Float64Array | null });
    });
    using recording = await openRecording(path);
    const data = (await recording.table('arrays').columns()).values!;
    expect(data.values[0]!.constructor).toBe(values[0].constructor);
    expect(difference(data, [...values, null])).toBeNull();
  });

  it('reads a table without rows as empty arrays of each kind', async () => {
    const path = freshPath();
    await record(path, (recorder) => recorder.table(Sample));
    using recording = await openRecording(path);
    const table = recording.table('sample');
    expect(table.info.rows).toBe(0);
    expect(await Array.fromAsync(table.rows())).toEqual([]);
    const columns = await table.columns();
    expect(Object.keys(columns)).toEqual(['id', ...Object.keys(Sample.columns)]);
    for (const { values, nulls, validity, column } of Object.values(columns)) {
      expect([column.name, values.length, nulls, validity]).toEqual([column.name, 0, 0, undefined]);
      expect(values.constructor).toBe(HOLDERS[column.kind] ?? Array);
    }
  });

  const Numbers = defineTable('numbers', {
    i: i32(),
    real: f64(),
    single: f32(),
    maybe: f64({ nullable: true }),
  });

  it('reads rows of many segments and commits in their order', async () => {
    const path = freshPath();
    const rows = 20_000;
    const realOf = (i: number) =>
      i % 7 === 0 ? -0 : i % 11 === 0 ? Number.NaN : Math.sin(i) * 10 ** ((i % 600) - 300);
    const maybeOf = (i: number) => (i % 3 === 0 ? null : i % 5 === 0 ? Number.NaN : -i);
    const recorder = await createRecorder({ path, flushIntervalMs: 1 });
    for (let i = 0; i < rows; i++) {
      recorder.table(Numbers).append({ i, real: realOf(i), single: realOf(i), maybe: maybeOf(i) });
      if (i % 6000 === 5999) recorder.flushSync();
    }
    await recorder.close();
    expect(recorder.metrics().commits).toBeGreaterThanOrEqual(4);
    using recording = await openRecording(path);
    const { i, real, single, maybe } = await recording.table('numbers').columns();
    const indexes = Array.from({ length: rows }, (_, index) => index);
    expect(difference(i!, indexes)).toBeNull();
    expect(difference(real!, indexes.map(realOf))).toBeNull();
    expect(
      difference(
        single!,
        indexes.map((index) => Math.fround(realOf(index))),
      ),
    ).toBeNull();
    expect(difference(maybe!, indexes.map(maybeOf))).toBeNull();
  });

  it('reads references and the frames that they refer to', async () => {
    const path = freshPath();
    const State = defineTable('state', { frame_id: ref(SimulationFrame), x: f64() });
    await record(path, (recorder) => {
      for (let frame = 0; frame < 3; frame++) {
        recorder.recordFrame(frame / 60);
        recorder.table(State).append({ x: frame });
      }
    });
    using recording = await openRecording(path);
    expect(difference((await recording.table('state').columns()).frame_id!, [1, 2, 3])).toBeNull();
    expect(
      difference((await recording.table('simulation_frame').columns()).simulation_time!, [0, 1 / 60, 2 / 60]),
    ).toBeNull();
  });

  it('reads every field of a step as it was recorded', async () => {
    const path = freshPath();
    const step = {
      timestamp: 1e9 + 0.123456,
      position: [-0, Number.NaN],
      velocity: { x: 1, y: -0, z: Number.NEGATIVE_INFINITY },
      concentration: 5e-324,
      action: { turn: -0.5, mode: 'cast' },
      reward: Number.NaN,
      done: false,
      info: { note: '\uFEFFgust' },
      seen: 2n ** 62n,
      label: '\u0000',
      scan: Float32Array.of(0.1, -0, 3, 4, 5),
    };
    await record(path, (recorder) => recorder.recordStep(step, 7, 3, { by: 'test' }));
    using recording = await openRecording(path);
    const [row] = await Array.fromAsync(recording.table('steps').rows());
    expect(row).toEqual({
      step_id: 1,
      episode_id: 3n,
      step_number: 7n,
      timestamp: step.timestamp,
      agent_id: null,
      position_x: -0,
      position_y: Number.NaN,
      orientation: null,
      action_data: step.action,
      observation_data: null,
      reward: Number.NaN,
      velocity_x: 1,
      velocity_y: -0,
      velocity_z: Number.NEGATIVE_INFINITY,
      concentration: 5e-324,
      done: false,
      info: step.info,
      seen: 2n ** 62n,
      label: '\u0000',
      scan: step.scan,
      metadata: { by: 'test' },
    });
  });
});
