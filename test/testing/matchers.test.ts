import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openRecording, type RecordedRow } from '../../src/read/index.ts';
import {
  assertComesToRest,
  assertEnergyConserved,
  assertEqualRecordings,
  assertMonotonicTime,
  assertNeverBelow,
  assertNoDanglingKeys,
  RecordingAssertionError,
  simtapeMatchers,
} from '../../src/testing/index.ts';
import { freshPath, rejection } from '../backends/scratch.ts';
import { type Flaws, fly } from './flight.ts';
import '../../src/testing/vitest.ts';

const flight = (flaws?: Flaws) => fly(freshPath(), flaws);
const HEIGHT = { table: 'inertial_state', column: 'position_y', bound: 0 };
const REST = { speed: 0.01, frames: 10 };

/** What an assertion says; fails where it says nothing. */
async function failure(asserted: Promise<void>): Promise<string> {
  const error = await asserted.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RecordingAssertionError);
  expect(error).toMatchObject({ name: 'AssertionError', code: 'ERR_ASSERTION' });
  return (error as Error).message;
}

describe('a flight without flaws', () => {
  it('passes by path and by reader, and leaves the reader open', async () => {
    const path = await flight();
    using reader = await openRecording(path);
    for (const source of [path, reader]) {
      await expect(source).toHaveNoDanglingKeys();
      await expect(source).toConserveEnergy({ within: 0 });
      await expect(source).toNeverGoBelow(HEIGHT);
      await expect(source).toComeToRest(REST);
      await expect(source).toHaveMonotonicTime();
      await expect(source).toEqualRecording(path);
    }
    expect(reader.runs()).toHaveLength(1);
  });

  it('fails where the opposite is expected, and says what was checked', async () => {
    const path = await flight();
    await expect(expect(path).not.toHaveNoDanglingKeys()).rejects.toThrow('all of 304 references name rows');
    await expect(expect(path).not.toNeverGoBelow(HEIGHT)).rejects.toThrow('the least of 120 values is 0.25');
    await expect(expect(path).not.toComeToRest(REST)).rejects.toThrow('all of 20 rows of the last 10 frames');
    await expect(expect(path).not.toHaveMonotonicTime()).rejects.toThrow(
      'in all of 60 rows of simulation_frame',
    );
    await expect(expect(path).not.toConserveEnergy({ within: 0.1 })).rejects.toThrow(
      'drifts by 0 of its first',
    );
    await expect(expect(path).not.toEqualRecording(path)).rejects.toThrow('recordings are equal');
  });
});

describe('no dangling keys', () => {
  it('names the row whose reference leads nowhere', async () => {
    const path = await flight();
    using database = new DatabaseSync(path);
    database.exec('PRAGMA foreign_keys = OFF; DELETE FROM body WHERE id = 2');
    expect(await failure(assertNoDanglingKeys(path))).toBe(
      'row id 2 of inertial_state (frame 0, 0 s) has body_id 2, and body has no such row',
    );
    await expect(path).not.toHaveNoDanglingKeys();
  });

  it('looks for a row in its own run', async () => {
    const path = await flight();
    await fly(path);
    await assertNoDanglingKeys(path);
    using database = new DatabaseSync(path);
    database.exec('PRAGMA foreign_keys = OFF; UPDATE inertial_state SET body_id = 1 WHERE id > 120');
    expect(await failure(assertNoDanglingKeys(path))).toMatch(
      /^row id 121 of inertial_state \(frame 0, 0 s, run run_.*\) has body_id 1, and body has no such row$/,
    );
  });
});

describe('energy', () => {
  it('says where it drifts most', async () => {
    const message = await failure(assertEnergyConserved(await flight({ energy: 10.5 }), { within: 0.01 }));
    expect(message).toBe(
      'the energy is 10.5 in system_energy at frame_id 60, after 10: it drifts by 0.05, more than 0.01',
    );
    await assertEnergyConserved(await flight({ energy: 10.5 }), { within: 0.05 });
    await assertEnergyConserved(await flight({ energy: 9.5 }), { within: 0.01, scale: 100 });
  });

  it('is no number where a value is none', async () => {
    const path = await flight({ energy: Number.NaN });
    expect(await failure(assertEnergyConserved(path, { within: 1 }))).toContain('the energy is NaN');
  });

  it('is a function of a row, added up over the rows of a frame', async () => {
    const seen: RecordedRow[] = [];
    const energy = (row: RecordedRow) => {
      seen.push(row);
      return Number(row.body_id) + (Number(row.frame_id) === 7 ? 3 : 0);
    };
    const options = { table: 'inertial_state', energy, within: 0.5 };
    expect(await failure(assertEnergyConserved(await flight(), options))).toBe(
      'the energy is 9 in inertial_state at frame_id 7, after 3: it drifts by 2, more than 0.5',
    );
    expect(seen).toHaveLength(120);
  });

  it('asks for a scale where it starts at 0', async () => {
    const path = await flight();
    const options = { table: 'inertial_state', energy: 'position_x', within: 0.1 };
    const { fields } = await rejection('InvalidConfig', assertEnergyConserved(path, options));
    expect(fields.key).toBe('scale');
    await assertEnergyConserved(path, { ...options, scale: 1 });
  });
});

describe('heights', () => {
  it('names the first row below the bound, and how many there are', async () => {
    const path = await flight({ height: -0.125 });
    expect(await failure(assertNeverBelow(path, HEIGHT))).toBe(
      'position_y is -0.125 in row id 62 of inertial_state (frame 30, 3 s), below 0, the first of 1 of 120 rows',
    );
    await assertNeverBelow(path, { ...HEIGHT, where: { frame: { to: 30 } } });
    await assertNeverBelow(path, { ...HEIGHT, bound: -0.125 });
  });

  it('takes a NaN for a failure, and passes over nulls', async () => {
    expect(await failure(assertNeverBelow(await flight({ height: Number.NaN }), HEIGHT))).toContain('is NaN');
    await assertNeverBelow(await flight(), { ...HEIGHT, column: 'note' });
  });
});

describe('rest', () => {
  it('names the fastest row of the last frames, and its body', async () => {
    const path = await flight({ speed: 0.5 });
    expect(await failure(assertComesToRest(path, REST))).toBe(
      'speed is 0.5 in row id 117 of inertial_state (frame 58, 5.8 s), body_id 1, not below 0.01, in the last 10 frames',
    );
    await assertComesToRest(path, { ...REST, frames: 1 });
  });

  it('needs as many frames as it is to look at, and looks at no fewer', async () => {
    const path = await flight();
    await assertComesToRest(path, { ...REST, frames: 20 });
    expect(await failure(assertComesToRest(path, { ...REST, frames: 21 }))).toContain('frame 39, 3.9 s');
    expect(await failure(assertComesToRest(path, { ...REST, frames: 61 }))).toContain('has 60 frames');
    await rejection('InvalidConfig', assertComesToRest(path, { ...REST, table: 'steps' }));
    await rejection('InvalidConfig', assertComesToRest(path, { ...REST, frames: 0 }));
  });
});

describe('time', () => {
  it('names the row where it goes back or stands still', async () => {
    const path = await flight({ time: 0.4 });
    expect(await failure(assertMonotonicTime(path))).toBe(
      'simulation_time is 0.4 in row id 6 of simulation_frame (frame 5, 0.4 s), after 0.4',
    );
    await assertMonotonicTime(path, { allowEqual: true });
    expect(await failure(assertMonotonicTime(await flight({ time: 0.3 }), { allowEqual: true }))).toContain(
      '0.3',
    );
    expect(await failure(assertMonotonicTime(await flight({ time: Number.NaN })))).toContain('NaN');
  });

  it('tells nanoseconds apart, and rises among rows that go together', async () => {
    const path = await flight();
    await assertMonotonicTime(path, { table: 'tick', column: 'at' });
    expect(
      await failure(assertMonotonicTime(await flight({ tick: 0n }), { table: 'tick', column: 'at' })),
    ).toContain('1700000000000000000');
    const steps = { table: 'steps', column: 'timestamp' };
    await assertMonotonicTime(path, { ...steps, by: ['episode_id', 'agent_id'] });
    expect(await failure(assertMonotonicTime(path, steps))).toContain('episode 1, step 1, agent 1');
  });
});

describe('equality', () => {
  it('says where two recordings part, and in which columns', async () => {
    const [a, b] = [await flight(), await flight({ height: 1, energy: 11 })];
    expect(await failure(assertEqualRecordings(a, b))).toBe(
      `the recordings differ: position_y in row 61 of inertial_state (frame 30, 3 s) is 0.25 in one and 1 in the other
  inertial_state.position_y differs in 1 of 120 rows, by at most 0.75
  system_energy.total differs in 1 of 60 rows, by at most 1`,
    );
    await assertEqualRecordings(a, b, { tolerance: 1 });
    await expect(a).not.toEqualRecording(b);
  });
});

it('fails with an error, not with a failed check, where there is nothing to be checked', async () => {
  await rejection('NotARecording', assertMonotonicTime('/nowhere/flight.db'));
  await rejection('NotFound', assertNeverBelow(await flight(), { ...HEIGHT, column: 'height' }));
  await rejection('NotFound', assertNeverBelow(await flight(), { ...HEIGHT, run: 'other' }));
  expect(Object.keys(simtapeMatchers)).toHaveLength(6);
});
