import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { expect } from 'vitest';
import { createRecorder, type Recorder } from '../../src/index.ts';
import { addsUp } from '../support/fake-writer.ts';
import { until } from '../support/gate.ts';
import { BOARD_BYTES, NOTES, OPERATIONS, STATES, STEPS, wordsOf } from './board.ts';
import { Performer } from './performer.ts';
import type { Ending, PerformerData } from './programs/performer.ts';
import { seeded } from './random.ts';

const PROGRAM = new URL('./programs/performer.ts', import.meta.url);
const ENDINGS: readonly Ending[] = ['close', 'nothing', 'throw', 'exit', 'endless', 'open', 'full'];
const ENDLESS: ReadonlySet<Ending> = new Set(['endless', 'open', 'full']);

interface Thread {
  readonly lane: number;
  readonly ending: Ending;
  /** Operations after which it is terminated, where it does not end by itself. */
  readonly patience: number;
  readonly worker: Worker;
  readonly exit: Promise<unknown>;
}

/** Records on many threads into one SQLite file as a seed says, and checks the file. The schedule depends on the seed only. */
export async function stress(seed: number, operations: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'simtape-stress-'));
  const path = join(folder, 'stress.db');
  try {
    const expected = await record(path, seed, operations);
    check(path, expected);
  } catch (error) {
    throw new Error(`stress(${seed}, ${operations}) replays this: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the file must hold of a lane at least, or exactly. */
interface Expected {
  readonly lane: number;
  readonly states: number;
  readonly notes: number;
  readonly steps: number;
  readonly exact: boolean;
}

async function record(path: string, seed: number, operations: number): Promise<Expected[]> {
  const random = seeded(seed);
  const board = new SharedArrayBuffer(BOARD_BYTES);
  const recorder = await createRecorder({
    path,
    memoryLimitMb: 1 + random(4),
    maxWaitMs: 50_000,
    flushIntervalMs: [1, 5, 20, 100][random(4)]!,
  });
  const losses: Error[] = [];
  recorder.on('error', (error) => losses.push(error));
  recorder.on('warning', () => {});
  const performer = new Performer(recorder, 0, seed, board);
  const threads: Thread[] = [];
  const count = 3 + random(4);
  while (threads.length < count) {
    threads.push(start(recorder, { seed, board, lane: threads.length + 1 }, operations, random));
    // An attached lane that nobody joins.
    if (random(4) === 0) recorder.attach();
    for (let i = random(20); i > 0; i--) {
      performer.perform();
      checkMetrics(recorder);
      if (i % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const closesFirst = random(4) === 0;
  if (!closesFirst) await Promise.all(threads.map((thread) => end(thread, board)));
  checkMetrics(recorder);
  const closing = closesFirst ? new Set(threads.map(({ lane }) => lane)) : new Set<number>();
  const before = threads.map(({ lane, ending }) =>
    seen(board, lane, !closing.has(lane) && !ENDLESS.has(ending)),
  );
  const own = seen(board, 0, true);
  await recorder.close();
  checkMetrics(recorder);
  expect(losses).toEqual([]);
  await Promise.all(threads.map(({ worker, exit }) => worker.terminate().then(() => exit)));
  return [own, ...before];
}

function start(
  recorder: Recorder,
  data: Pick<PerformerData, 'seed' | 'board' | 'lane'>,
  operations: number,
  random: (end: number) => number,
): Thread {
  const handle = recorder.attach();
  const ending = ENDINGS[random(ENDINGS.length)]!;
  const mine = 1 + random(operations);
  const workerData: PerformerData = { ...data, handle, operations: mine, ending };
  const worker = new Worker(PROGRAM, { workerData, transferList: [handle.port], stderr: true });
  worker.on('error', () => {});
  const exit = new Promise((resolve) => worker.once('exit', resolve));
  const patience = ending === 'open' ? mine : mine + random(operations);
  return { lane: data.lane, ending, patience, worker, exit };
}

/** Waits until a thread has ended, or has done what it may do and is terminated. */
async function end(
  { lane, ending, patience, worker, exit }: Thread,
  board: SharedArrayBuffer,
): Promise<void> {
  if (ENDLESS.has(ending)) {
    const words = wordsOf(board, lane);
    await until(() => Atomics.load(words, OPERATIONS) >= patience);
    await worker.terminate();
  }
  await exit;
}

function seen(board: SharedArrayBuffer, lane: number, exact: boolean): Expected {
  const words = wordsOf(board, lane);
  const at = (word: number) => Atomics.load(words, word);
  return { lane, states: at(STATES), notes: at(NOTES), steps: at(STEPS), exact };
}

function checkMetrics(recorder: Recorder): void {
  for (const [name, metrics] of Object.entries(recorder.metrics().tables))
    if (!addsUp(metrics)) expect.fail(`${name} does not add up: ${JSON.stringify(metrics)}`);
}

function check(path: string, expected: readonly Expected[]): void {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
    for (const lane of expected) checkLane(database, lane);
    const torn = database
      .prepare(
        'SELECT frame_id FROM state WHERE size > 0 GROUP BY frame_id HAVING count(*) <> max(size) OR min(size) <> max(size) OR count(DISTINCT agent_id) <> 1',
      )
      .all();
    expect(torn).toEqual([]);
  } finally {
    database.close();
  }
}

function checkLane(database: DatabaseSync, { lane, states, notes, steps, exact }: Expected): void {
  const rows = database
    .prepare(
      'SELECT n, size, state.state AS state FROM state JOIN agent ON agent.id = agent_id WHERE agent.lane = ? ORDER BY state.id',
    )
    .all(lane);
  expectRun(
    `states of lane ${lane}`,
    rows.map(({ n }) => n as number),
    states,
    exact,
  );
  for (const { n, size, state } of rows) {
    const { buffer, byteOffset } = state as Uint8Array<ArrayBuffer>;
    // The blob may stand anywhere in its buffer.
    const values = new Float64Array(buffer.slice(byteOffset, byteOffset + 128));
    if (!values.every((value) => value === n)) expect.fail(`row ${n} of lane ${lane} is torn: ${values}`);
    if (size === 0) expect.fail(`row ${n} of lane ${lane} is of a frame that has not ended`);
  }
  const all = (sql: string) =>
    database
      .prepare(sql)
      .all(lane)
      .map(({ n }) => n as number);
  expectRun(
    `notes of lane ${lane}`,
    all('SELECT n FROM note WHERE lane = ? AND value = -n ORDER BY id'),
    notes,
    exact,
  );
  if (steps > 0 || has(database, 'steps')) {
    const sql = 'SELECT step_number AS n FROM steps WHERE episode_id = ? + 1 ORDER BY step_id';
    expectRun(`steps of lane ${lane}`, all(sql), steps, exact);
  }
}

function has(database: DatabaseSync, table: string): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) !== undefined;
}

/** 0, 1, 2 and so on, as many as were published at least. */
function expectRun(what: string, numbers: readonly number[], atLeast: number, exact: boolean): void {
  const wrong = numbers.findIndex((n, i) => n !== i);
  if (wrong >= 0) expect.fail(`${what}: ${numbers[wrong]} stands at ${wrong}`);
  if (numbers.length < atLeast || (exact && numbers.length > atLeast))
    expect.fail(`${what}: ${numbers.length} of ${atLeast}`);
}
