import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  array,
  bytes,
  defineTable,
  enumOf,
  f64,
  isSimtapeError,
  json,
  ref,
  SimulationFrame,
  timestamp,
  u64,
  utf8,
} from '../../src/index.ts';
import { openRecording, type Reader } from '../../src/read/index.ts';
import { freshPath, record } from '../backends/scratch.ts';

const Sample = defineTable('sample', {
  frame_id: ref(SimulationFrame),
  x: f64({ nullable: true }),
  count: u64(),
  at: timestamp(),
  text: utf8(),
  data: json(),
  raw: bytes(),
  weights: array('f32', 6),
  mode: enumOf(['cast', 'surge']),
});

/** A recording with some of everything, on some thirty pages. */
async function healthy(path: string): Promise<Buffer> {
  const configuration = { wind: { speed: 2 } };
  await record(
    path,
    (recorder) => {
      for (let i = 0; i < 120; i++) {
        recorder.recordFrame(i);
        recorder.table(Sample).append({
          x: [-0, Number.NaN, null][i % 3]!,
          count: 2n ** 64n - BigInt(1 + i),
          at: BigInt(i),
          text: `sample ${i}`,
          data: { i, list: [i] },
          raw: new Uint8Array(i),
          weights: [i, 1, 2, 3, 4, 5],
          mode: i % 2 === 0 ? 'cast' : 'surge',
        });
        recorder.recordStep({ position: [i, -0], action: { turn: i }, note: 'é'.repeat(i) }, i, 1 + (i >> 5));
      }
    },
    { configuration, metadata: { note: 'healthy' } },
  );
  return readFileSync(path);
}

/** Reads all that there is. */
async function readAll(recording: Reader): Promise<number> {
  let values = recording.runs().length;
  for (const { name } of recording.tables()) {
    const table = recording.table(name);
    for (const column of Object.values(await table.columns())) values += column.values.length;
    for await (const row of table.rows()) values += Object.keys(row).length;
    for (const { runId } of recording.runs())
      values += (await Array.fromAsync(table.rows({ run: runId, limit: 3 }))).length;
  }
  return values + (await recording.query('SELECT count(*) FROM runs')).rows.length;
}

/** How reading a file ends: all was read, or the tag of simtape's error; the error itself where it is none of ours. */
async function outcome(path: string): Promise<string> {
  let recording: Reader | undefined;
  try {
    recording = await openRecording(path);
    return (await readAll(recording)) > 0 ? 'read' : 'nothing';
  } catch (error) {
    return isSimtapeError(error) ? error.tag : `untyped: ${String(error)}`;
  } finally {
    recording?.close();
  }
}

/** How often each outcome came. */
function tally(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const found of outcomes) counts[found] = (counts[found] ?? 0) + 1;
  return counts;
}

const untyped = (outcomes: readonly string[]): Record<string, number> =>
  tally(outcomes.filter((found) => found.startsWith('untyped')));

it('reads the recording that the others are made from', async () => {
  const path = freshPath();
  expect((await healthy(path)).length).toBeGreaterThan(20 * 4096);
  expect(await outcome(path)).toBe('read');
});

it('has a typed error for a recording that was cut off anywhere', async () => {
  const path = freshPath();
  const whole = await healthy(path);
  const lengths = [0, 1, 15, 16, 17, 99, 100, 101, 511, 512, 4095, 4096, 4097];
  for (let pages = 2; pages * 4096 < whole.length; pages++) lengths.push(pages * 4096, pages * 4096 - 1);
  const outcomes: string[] = [];
  for (const length of lengths) {
    writeFileSync(path, whole.subarray(0, length));
    outcomes.push(await outcome(path));
  }
  expect(untyped(outcomes)).toEqual({});
  expect(tally(outcomes)).toEqual({ NotARecording: lengths.length });
});

/** Numbers from 0 to 2^32 - 1, the same ones each time (splitmix32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

/** A copy with up to eight bits turned over, half of the time all in the first pages, which hold the catalogue. */
function withFlippedBits(whole: Buffer, random: () => number): Buffer {
  const damaged = Buffer.from(whole);
  const range = random() % 2 === 0 ? whole.length : 6 * 4096;
  for (let flips = 1 + (random() % 8); flips > 0; flips--) {
    const at = random() % range;
    damaged[at]! ^= 1 << (random() % 8);
  }
  return damaged;
}

it('has a typed error for a recording with flipped bits, or reads what is left', async () => {
  const path = freshPath();
  const whole = await healthy(path);
  const random = randomNumbers(20261122);
  const outcomes: string[] = [];
  for (let round = 0; round < 160; round++) {
    writeFileSync(path, withFlippedBits(whole, random));
    outcomes.push(await outcome(path));
  }
  expect(untyped(outcomes)).toEqual({});
  expect(tally(outcomes)).toMatchObject({ NotARecording: expect.any(Number), read: expect.any(Number) });
});

it('has a typed error for every byte of the header that is wrong', async () => {
  const path = freshPath();
  const whole = await healthy(path);
  const outcomes: string[] = [];
  for (let at = 0; at < 100; at++) {
    const damaged = Buffer.from(whole);
    damaged[at]! ^= 0xff;
    writeFileSync(path, damaged);
    outcomes.push(await outcome(path));
  }
  expect(untyped(outcomes)).toEqual({});
  expect(tally(outcomes).NewerFormat).toBeGreaterThan(0);
});
