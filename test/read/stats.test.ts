import { describe, expect, it } from 'vitest';
import {
  bool,
  bytes,
  defineTable,
  enumOf,
  f64,
  i8,
  i64,
  json,
  timestamp,
  u64,
  utf8,
} from '../../src/index.ts';
import { columnStatistics, openRecording, trajectoryStatistics } from '../../src/read/index.ts';
import { rejection } from '../backends/scratch.ts';
import { BACKENDS, placeOf } from './backends.ts';

const Sample = defineTable('sample', {
  number: f64({ nullable: true }),
  small: i8(),
  wide: i64(),
  count: u64({ nullable: true }),
  at: timestamp(),
  flag: bool({ nullable: true }),
  name: utf8({ nullable: true }),
  mode: enumOf(['cast', 'surge']),
  data: json(),
  raw: bytes(),
  none: f64({ nullable: true }),
});

const NUMBERS = [1, 2, null, Number.NaN, 4, -0, Number.NaN, 9];
const BASE = 2n ** 62n;

async function sample(backend: (typeof BACKENDS)[number]): Promise<string> {
  const { freshPath, record } = placeOf(backend);
  const path = freshPath();
  await record(path, (recorder) => {
    const table = recorder.table(Sample);
    for (const [i, number] of NUMBERS.entries()) {
      table.append({
        number,
        small: i - 4,
        wide: BASE + BigInt(i),
        count: i === 3 ? null : 2n ** 64n - 1n - BigInt(i),
        at: 1_700_000_000_123_456_789n + BigInt(i) * 1000n,
        flag: i === 0 ? null : i > 5,
        name: i === 1 ? null : ['plume', 'wind'][Number(i % 4 === 0)]!,
        mode: 'surge',
        data: { i: i % 2 },
        raw: Uint8Array.of(i),
        none: null,
      });
    }
    for (let step = 0; step < 10; step++) {
      for (const agent_id of [0, 1]) {
        const position = agent_id === 0 ? [step * 3, step * 4] : [Math.cos(step), Math.sin(step)];
        recorder.recordStep({ agent_id, position, timestamp: 100 + step / 2, reward: 0.1 }, step, 1);
      }
      recorder.recordStep({ agent_id: 7, position: [1, 1], timestamp: step }, step, 2);
    }
  });
  return path;
}

describe.each(BACKENDS)('statistics of a %s recording', (backend) => {
  it('tells of every kind what there is to tell', async () => {
    using reader = await openRecording(await sample(backend));
    const all = await columnStatistics(reader, 'sample', { bins: 4 });
    const of = (name: string) => {
      const { rows, nulls, values } = all.find(({ column }) => column.name === name)!;
      return { rows, nulls, ...values };
    };
    expect(all.map(({ column }) => column.name)).toEqual(['id', ...Object.keys(Sample.columns)]);
    expect(of('number')).toEqual({
      rows: 8,
      nulls: 1,
      type: 'numbers',
      nans: 2,
      least: 0,
      greatest: 9,
      mean: 3.2,
      standardDeviation: Math.sqrt(12.7),
      histogram: { start: 0, width: 4, counts: [3, 1, 1] },
    });
    expect(of('small')).toMatchObject({ least: -4, greatest: 3, mean: -0.5, nans: 0 });
    expect(of('wide')).toMatchObject({ least: BASE, greatest: BASE + 7n, standardDeviation: Math.sqrt(6) });
    expect(of('count')).toMatchObject({ nulls: 1, least: 2n ** 64n - 8n, greatest: 2n ** 64n - 1n });
    expect(of('at')).toMatchObject({
      greatest: 1_700_000_000_123_463_789n,
      standardDeviation: Math.sqrt(6e6),
    });
    expect(of('flag')).toEqual({ rows: 8, nulls: 1, type: 'booleans', trues: 2, share: 2 / 7 });
    expect(of('name')).toEqual({
      rows: 8,
      nulls: 1,
      type: 'labels',
      distinct: 2,
      isCapped: false,
      top: [
        { value: 'plume', count: 5 },
        { value: 'wind', count: 2 },
      ],
    });
    expect(of('mode')).toMatchObject({ distinct: 1, top: [{ value: 'surge', count: 8 }] });
    expect(of('data')).toMatchObject({
      distinct: 2,
      top: [{ value: '{"i":0}', count: 4 }, { value: '{"i":1}' }],
    });
    expect(of('raw')).toEqual({ rows: 8, nulls: 0, type: 'opaque' });
    expect(of('none')).toEqual({
      rows: 8,
      nulls: 8,
      type: 'numbers',
      nans: 0,
      least: null,
      greatest: null,
      mean: null,
      standardDeviation: null,
      histogram: null,
    });
  });

  it('measures the way of each agent through each episode', async () => {
    using reader = await openRecording(await sample(backend));
    const all = await trajectoryStatistics(reader);
    expect(all.map(({ episode, agent }) => [episode, agent])).toEqual([
      [1, 0],
      [1, 1],
      [2, 7],
    ]);
    expect(all[0]).toEqual({
      runId: reader.runs()[0]!.runId,
      episode: 1,
      agent: 0,
      steps: 10,
      totalDistance: 45,
      directDistance: 45,
      pathEfficiency: 1,
      duration: 4.5,
      totalReward: 1,
    });
    const chord = 2 * Math.sin(0.5);
    expect(all[1]!.totalDistance).toBeCloseTo(9 * chord, 12);
    expect(all[1]!.pathEfficiency).toBeCloseTo((2 * Math.abs(Math.sin(4.5))) / (9 * chord), 12);
    expect(all[2]).toMatchObject({ pathEfficiency: null, totalDistance: 0, duration: 9, totalReward: null });
    expect(await trajectoryStatistics(reader, { episode: 1, agent: 1 })).toEqual([all[1]]);
  });
});

it('takes the columns that are selected, in their order, and says how far it is', async () => {
  using reader = await openRecording(await sample('sqlite'));
  const seen: number[] = [];
  const onProgress = (rows: number) => seen.push(rows);
  const found = await columnStatistics(reader, 'sample', { select: ['mode', 'number'], onProgress });
  expect(found.map(({ column }) => column.name)).toEqual(['mode', 'number']);
  expect(seen).toEqual([8]);
});

it('refuses what is not there, and what makes no sense', async () => {
  using reader = await openRecording(await sample('sqlite'));
  await rejection('NotFound', columnStatistics(reader, 'samples'));
  await rejection('NotFound', columnStatistics(reader, 'sample', { select: ['nmber'] }));
  const { fields } = await rejection('InvalidConfig', columnStatistics(reader, 'sample', { bins: 3 }));
  expect(fields).toMatchObject({ key: 'bins', value: 3 });
  await rejection('NotFound', trajectoryStatistics(reader, { time: 'clock' }));
});

it('keeps no more than some thousand different texts, and says so', async () => {
  const { freshPath, record } = placeOf('sqlite');
  const path = freshPath();
  const Names = defineTable('names', { name: utf8() });
  await record(path, (recorder) => {
    for (let i = 0; i < 10_500; i++)
      recorder.table(Names).append({ name: i % 3 === 0 ? 'often' : `name ${i}` });
    for (let i = 0; i < 6000; i++) recorder.table(Names).append({ name: `later ${i}` });
  });
  using reader = await openRecording(path);
  const [name] = await columnStatistics(reader, 'names', { select: ['name'], top: 1 });
  expect(name!.values).toEqual({
    type: 'labels',
    distinct: 10_000,
    isCapped: true,
    top: [{ value: 'often', count: 3500 }],
  });
});
