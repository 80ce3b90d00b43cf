import { expect, it } from 'vitest';
import {
  bytes,
  type Column,
  defineTable,
  enumOf,
  f64,
  i32,
  ref,
  type TableSchema,
  utf8,
} from '../../../src/index.ts';
import { openRecording } from '../../../src/read/index.ts';
import { refusal } from '../../support/errors.ts';
import { freshPath, record } from '../scratch.ts';

const Body = defineTable('body', { name: utf8() });

const sensor = (columns: Record<string, Column>): TableSchema => defineTable('sensor', columns);
const FIRST = { value: f64(), mode: enumOf(['a', 'b']), count: i32() };

async function firstRun(path: string): Promise<void> {
  await record(path, (recorder) => {
    recorder.table(sensor(FIRST)).append({ value: 1, mode: 'a', count: 1 } as never);
  });
}

it.each<[string, Record<string, Column>, RegExp]>([
  ['another kind', { ...FIRST, count: f64() }, /count is i32, not f64/],
  ['other labels', { ...FIRST, mode: enumOf(['b', 'a']) }, /mode is enum.*a.*b.*not enum.*b.*a/],
  ['a reference for a number', { ...FIRST, count: ref(Body) }, /count/],
  ['null where the file takes none', { ...FIRST, count: i32({ nullable: true }) }, /count/],
  ['null in a float, which would come back as NaN', { ...FIRST, value: f64({ nullable: true }) }, /value/],
  ['without a column that the file requires', { value: f64(), count: i32() }, /mode/],
  ['a column whose name differs in its case', { value: f64(), mode: FIRST.mode, Count: i32() }, /count/i],
])('refuses a table that the file holds with other columns: %s', async (_, columns, message) => {
  const path = freshPath();
  await firstRun(path);
  await record(path, (recorder) => {
    const error = refusal('SchemaMismatch', () => recorder.table(sensor(columns)));
    expect(error.fields.table).toBe('sensor');
    expect(error.message).toMatch(message);
  });
  using recording = await openRecording(path);
  expect(await Array.fromAsync(recording.table('sensor').rows())).toEqual([
    { id: 1, value: 1, mode: 'a', count: 1 },
  ]);
});

it('refuses a table whose name differs from another’s in its case only', async () => {
  const path = freshPath();
  await firstRun(path);
  await record(path, (recorder) => {
    refusal('SchemaMismatch', () => recorder.table(defineTable('Sensor', { other: f64() })));
  });
});

it('adds the columns that a later run brings; earlier rows have null in them', async () => {
  const path = freshPath();
  await firstRun(path);
  const more = { ...FIRST, unit: utf8(), raw: bytes({ nullable: true }), gain: f64() };
  await record(path, (recorder) => {
    const row = { value: 2, mode: 'b', count: 2, unit: 'V', raw: Uint8Array.of(1), gain: 3 };
    recorder.table(sensor(more)).append(row as never);
  });
  using recording = await openRecording(path);
  expect(await Array.fromAsync(recording.table('sensor').rows())).toEqual([
    { id: 1, value: 1, mode: 'a', count: 1, unit: null, raw: null, gain: null },
    { id: 2, value: 2, mode: 'b', count: 2, unit: 'V', raw: Uint8Array.of(1), gain: 3 },
  ]);
  expect((await recording.table('sensor').columns()).gain).toMatchObject({
    nulls: 1,
    validity: Uint8Array.of(0xfe),
  });
});

it('tells NaN in a column that was added later from the null of earlier rows', async () => {
  const path = freshPath();
  await firstRun(path);
  await record(path, (recorder) => {
    const row = { value: 2, mode: 'b', count: 2, gain: Number.NaN };
    recorder.table(sensor({ ...FIRST, gain: f64() })).append(row as never);
  });
  using recording = await openRecording(path);
  expect(await Array.fromAsync(recording.table('sensor').rows({ select: ['gain'] }))).toEqual([
    { gain: null },
    { gain: Number.NaN },
  ]);
});

it.each(['t0', 'start_timestamp'])('takes NaN in a float column, whatever its name: %s', async (name) => {
  const path = freshPath();
  const schema = defineTable('span', { [name]: f64() });
  await record(path, (recorder) => recorder.table(schema).append({ [name]: Number.NaN }));
  using recording = await openRecording(path);
  expect(await Array.fromAsync(recording.table('span').rows())).toEqual([{ id: 1, [name]: Number.NaN }]);
});

it('reads a new field of a step as null in the steps before it', async () => {
  const path = freshPath();
  await record(path, (recorder) => {
    recorder.recordStep({ reward: 1 }, 0, 1);
    recorder.recordStep({ reward: 2, wind: [1, -0], note: 'gust' }, 1, 1);
    recorder.recordStep({ reward: 3 }, 2, 1);
  });
  using recording = await openRecording(path);
  expect(
    await Array.fromAsync(recording.table('steps').rows({ select: ['reward', 'wind_y', 'note'] })),
  ).toEqual([
    { reward: 1, wind_y: null, note: null },
    { reward: 2, wind_y: -0, note: 'gust' },
    { reward: 3, wind_y: null, note: null },
  ]);
});
