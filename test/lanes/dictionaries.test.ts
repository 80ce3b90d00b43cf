import { describe, expect, test } from 'vitest';
import type { Dictionary } from '../../src/record/fields.ts';
import { Steps } from '../../src/record/steps.ts';
import { refusal } from '../support/errors.ts';
import { type FakeLane, FakeLanes } from '../support/fake-lanes.ts';
import { addsUp } from '../support/fake-writer.ts';

/** Steps of one lane, of an episode of its own. */
class StepLane {
  readonly steps: Steps;
  readonly fake: FakeLane;
  #next = 0;

  constructor(fake: FakeLane) {
    this.fake = fake;
    this.steps = new Steps(fake.lane, () => {});
  }

  record(data: object, episode: number | undefined = this.fake.number + 1): void {
    this.steps.record(data as Dictionary, this.#next++, episode);
  }
}

function open(count: number): { lanes: FakeLanes; all: StepLane[] } {
  const lanes = new FakeLanes();
  const fakes = [lanes.main, ...Array.from({ length: count - 1 }, () => lanes.attach())];
  return { lanes, all: fakes.map((fake) => new StepLane(fake)) };
}

function column(lanes: FakeLanes, name: string): unknown[] {
  lanes.flush();
  return lanes.backend.rows('steps').map((row) => row[name] ?? null);
}

const kindOf = (lanes: FakeLanes, name: string) =>
  lanes.backend.plans.get('steps')!.columns.find((column) => column.name === name)?.kind;

describe('a field that several lanes see', () => {
  test('has the type of the first value that any of them gave', () => {
    const { lanes, all } = open(3);
    const [a, b, c] = all as [StepLane, StepLane, StepLane];
    a.record({ heat: 1.5 });
    b.record({ heat: 2n });
    c.record({ heat: 3 });
    expect(kindOf(lanes, 'heat')).toBe('f64');
    expect(column(lanes, 'heat').sort()).toEqual([1.5, 2, 3]);
  });

  test('is refused where it does not fit, in that lane only', () => {
    const { lanes, all } = open(2);
    const [a, b] = all as [StepLane, StepLane];
    a.record({ tag: 5n });
    expect(refusal('InvalidValue', () => b.record({ tag: 'five' })).fields).toMatchObject({ column: 'tag' });
    expect(refusal('InvalidValue', () => b.record({ tag: 0.5 })).fields).toMatchObject({ column: 'tag' });
    b.record({ tag: 6n });
    a.record({ tag: 7n });
    expect(kindOf(lanes, 'tag')).toBe('i64');
    expect(column(lanes, 'tag')).toEqual([5n, 7n, 6n]);
    expect(lanes.metrics().tables.steps).toMatchObject({ written: 3, rejected: 2, pending: 0 });
  });

  test('takes its type from the first value that is not null, in whatever lane', () => {
    const { lanes, all } = open(3);
    const [a, b, c] = all as [StepLane, StepLane, StepLane];
    a.record({ goal: null });
    b.record({ goal: null });
    b.record({ goal: 'left' });
    refusal('InvalidValue', () => a.record({ goal: 1 }));
    a.record({ goal: 'right' });
    refusal('InvalidValue', () => c.record({ goal: [1, 2] }));
    c.record({ goal: null });
    expect(kindOf(lanes, 'goal')).toBe('utf8');
    expect(column(lanes, 'goal')).toEqual([null, 'right', null, 'left', null]);
  });

  test('of fields that come in another order in each lane, every value is in its column', () => {
    const { lanes, all } = open(3);
    const [a, b, c] = all as [StepLane, StepLane, StepLane];
    a.record({ alpha: 1, beta: 'b' });
    b.record({ gamma: true, alpha: 2 });
    c.record({ beta: 'c', gamma: false, delta: [1, 2, 3] });
    a.record({ gamma: true, delta: [4, 5, 6], beta: 'd', alpha: 3 });
    b.record({ delta: [7, 8, 9], beta: 'e' });
    lanes.flush();
    const names = ['alpha', 'beta', 'gamma', 'delta_x', 'delta_z'];
    const rows = lanes.backend.rows('steps').map((row) => names.map((name) => row[name] ?? null));
    expect(rows).toEqual([
      [1, 'b', null, null, null],
      [3, 'd', true, 4, 6],
      [2, null, true, null, null],
      [null, 'e', null, 7, 9],
      [null, 'c', false, 1, 3],
    ]);
    const columns = lanes.backend.plans.get('steps')!.columns.map(({ name }) => name);
    expect(new Set(columns).size).toBe(columns.length);
  });

  test('is not decided by a step that is refused in another lane', () => {
    const { lanes, all } = open(2);
    const [a, b] = all as [StepLane, StepLane];
    refusal('InvalidValue', () => a.record({ mood: 'sad', 'no name': 1 }));
    b.record({ mood: 4 });
    expect(kindOf(lanes, 'mood')).toBe('f64');
    refusal('InvalidValue', () => a.record({ mood: 'sad' }));
    expect(column(lanes, 'mood')).toEqual([4]);
  });

  test('by names that differ only in case, is refused in the second lane', () => {
    const { all } = open(2);
    const [a, b] = all as [StepLane, StepLane];
    a.record({ Force: 1 });
    refusal('InvalidValue', () => b.record({ force: 1 }));
  });

  test('a vector is of the size that the first lane gave it', () => {
    const { lanes, all } = open(2);
    const [a, b] = all as [StepLane, StepLane];
    a.record({ wind: [1, 2] });
    refusal('InvalidValue', () => b.record({ wind: [1, 2, 3] }));
    b.record({ wind: { x: 3, y: 4 } });
    expect(column(lanes, 'wind_y')).toEqual([2, 4]);
    expect(kindOf(lanes, 'wind_z')).toBeUndefined();
  });
});

test('many lanes that each see new fields all the time lose none', () => {
  const { lanes, all } = open(5);
  for (let round = 0; round < 40; round++) {
    for (const [i, lane] of all.entries()) {
      lane.record({ [`f${(round * 3 + i) % 23}`]: round, [`g${(round + i * 5) % 17}`]: `${i}` });
      if ((round * 5 + i) % 13 === 0) lanes.flush();
    }
  }
  lanes.flush();
  const { steps, episodes } = lanes.metrics().tables;
  expect(steps).toMatchObject({ submitted: 200, written: 200, rejected: 0 });
  expect(addsUp(steps!) && addsUp(episodes!)).toBe(true);
  const rows = lanes.backend.rows('steps');
  for (const [i, { fake }] of all.entries()) {
    const own = rows.filter(
      ({ episode_id }) => episode_id === BigInt(fake.number + 1) || episode_id === fake.number + 1,
    );
    expect(own).toHaveLength(40);
    for (const [round, row] of own.entries()) {
      expect(row[`f${(round * 3 + i) % 23}`]).toBe(round);
      expect(row[`g${(round + i * 5) % 17}`]).toBe(`${i}`);
    }
  }
});

test('episodes that get their number by themselves have one of their own in each lane', () => {
  const { lanes, all } = open(4);
  const numbers: number[] = [];
  for (let round = 0; round < 10; round++) {
    for (const [i, { steps }] of all.entries()) {
      if ((round + i) % 3 === 0) {
        numbers.push(steps.startEpisode());
        steps.record({ reward: 1 }, 0);
        steps.endEpisode({});
      } else if (round === 1) steps.record({ reward: 1 }, 0);
    }
    if (round === 5) all[1]!.steps.record({ reward: 1 }, 0, 500);
  }
  lanes.flush();
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(Math.max(...numbers)).toBeGreaterThan(500);
  const merged = lanes.backend.merged('episodes').map(({ episode_id }) => Number(episode_id));
  expect(new Set(merged).size).toBe(merged.length);
  expect(merged).toEqual(expect.arrayContaining(numbers));
});
