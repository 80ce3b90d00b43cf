import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { createRecorder, defineTable, f64, ref, SimulationFrame } from '../../../src/index.ts';
import { openRecording, type Run } from '../../../src/read/index.ts';
import { connect, faults, freshPath, one, record, select } from '../scratch.ts';

const PROGRAM = fileURLToPath(new URL('./programs/recorder.ts', import.meta.url));

/** A recorder in a process of its own that does what it is told. */
class Other {
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  readonly #heard: string[] = [];
  readonly #ended: Promise<unknown>;

  constructor(path: string, runId: string, frames: number) {
    this.#child = spawn(process.execPath, [PROGRAM, path, runId, String(frames)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#lines = createInterface({ input: this.#child.stdout! });
    this.#lines.on('line', (line) => this.#heard.push(line));
    this.#ended = once(this.#lines, 'close');
    onTestFinished(() => void this.#child.kill('SIGKILL'));
  }

  /** Resolves once it has said `what`; rejects where it ends before. */
  async hear(what: string): Promise<void> {
    const ended = this.#ended.then(() => {
      if (!this.#heard.includes(what)) throw new Error(`the process ended before it said ${what}`);
    });
    ended.catch(() => {});
    while (!this.#heard.includes(what)) await Promise.race([once(this.#lines, 'line'), ended]);
  }

  goOn(): void {
    this.#child.stdin!.write('go on\n');
  }

  async exitCode(): Promise<unknown> {
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }

  async kill(): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }
}

async function runsOf(path: string): Promise<readonly Run[]> {
  using recording = await openRecording(path);
  return recording.runs();
}

async function statesOf(path: string): Promise<Record<string, string>> {
  return Object.fromEntries((await runsOf(path)).map(({ runId, state }) => [runId, state]));
}

it('lets two processes record into one file at once', async () => {
  const path = freshPath();
  const frames = 300;
  const others = [new Other(path, 'a', frames), new Other(path, 'b', frames)];
  for (const other of others) await other.hear('open');
  expect(await statesOf(path)).toEqual({ a: 'recording', b: 'recording' });
  for (const other of others) other.goOn();
  for (const other of others) await other.hear('recorded');
  for (const other of others) other.goOn();
  expect(await Promise.all(others.map((other) => other.exitCode()))).toEqual([0, 0]);

  const database = connect(path);
  expect(faults(database)).toEqual([]);
  for (const [table, rows] of [
    ['simulation_frame', frames],
    ['body', frames * 4],
  ] as const) {
    const sql = `SELECT run_number, count(*) AS "rows" FROM ${table} GROUP BY run_number`;
    expect(select(database, sql).map((row) => row.rows)).toEqual([rows, rows]);
  }
  // A row of one run never refers to one of another.
  const across = `SELECT count(*) FROM body JOIN simulation_frame AS frame ON frame_id = frame.id
    WHERE body.run_number <> frame.run_number OR body.x <> frame.simulation_time`;
  expect(one(database, across)).toBe(0);
  const steps = `SELECT run_id, count(*) AS steps, sum(from_a) AS a, sum(from_b) AS b FROM steps
    GROUP BY run_id ORDER BY run_id`;
  const sum = (frames * (frames - 1)) / 2;
  expect(select(database, steps)).toEqual([
    { run_id: 'a', steps: frames, a: sum, b: null },
    { run_id: 'b', steps: frames, a: null, b: sum },
  ]);
  expect(await statesOf(path)).toEqual({ a: 'ended', b: 'ended' });
  expect(one(database, 'SELECT count(*) FROM simtape_writers')).toBe(0);
});

it('goes on densely after a recorder that was killed, whose run has crashed', async () => {
  const path = freshPath();
  const other = new Other(path, 'killed', 25);
  await other.hear('open');
  other.goOn();
  await other.hear('recorded');
  expect(await statesOf(path)).toEqual({ killed: 'recording' });
  await other.kill();
  expect(await statesOf(path)).toEqual({ killed: 'crashed' });

  const recorder = await createRecorder({ path, runId: 'next', thread: false });
  expect(await statesOf(path)).toEqual({ killed: 'crashed', next: 'recording' });
  expect(recorder.recordFrame(0)).toBe(26);
  recorder.recordStep({ reward: 1 }, 0, 1);
  await recorder.close();

  const runs = await runsOf(path);
  expect(runs.map(({ runId, state, steps }) => [runId, state, steps])).toEqual([
    ['killed', 'crashed', 25],
    ['next', 'ended', 1],
  ]);
  expect(runs[0]!.endTimestamp).toBeNull();
  const database = connect(path);
  expect(faults(database)).toEqual([]);
  expect(one(database, 'SELECT max(step_id) FROM steps')).toBe(26);
});

const Body = defineTable('body', { frame_id: ref(SimulationFrame), x: f64() });

async function threeRuns(path: string): Promise<void> {
  for (const [run, runId] of ['a', 'b', 'c'].entries()) {
    await record(
      path,
      (recorder) => {
        for (let i = 0; i < 10 + run; i++) {
          recorder.recordFrame(i);
          recorder.table(Body).append({ x: run });
          recorder.recordStep({ reward: run }, i, 1);
        }
      },
      { runId },
    );
  }
}

it('continues the ids of earlier runs in one file', async () => {
  const path = freshPath();
  await threeRuns(path);
  const database = connect(path);
  for (const [table, id] of [
    ['simulation_frame', 'id'],
    ['body', 'id'],
    ['steps', 'step_id'],
  ]) {
    const sql = `SELECT min(${id}) AS first, max(${id}) AS last, count(*) AS "rows" FROM ${table}`;
    expect(select(database, sql)).toEqual([{ first: 1, last: 33, rows: 33 }]);
  }
  expect(select(database, 'SELECT run_id, run_number FROM runs ORDER BY run_number')).toEqual([
    { run_id: 'a', run_number: 1 },
    { run_id: 'b', run_number: 2 },
    { run_id: 'c', run_number: 3 },
  ]);
  expect(faults(database)).toEqual([]);
});

it('keeps the same episode number of several runs apart', async () => {
  const path = freshPath();
  await threeRuns(path);
  const sql = 'SELECT run_id, episode_id FROM episodes ORDER BY run_id';
  expect(select(connect(path), sql)).toEqual(['a', 'b', 'c'].map((run_id) => ({ run_id, episode_id: 1 })));
});

it('gives two recorders of one process ids of their own', async () => {
  const path = freshPath();
  const first = await createRecorder({ path, runId: 'first', thread: false });
  first.recordFrame(0);
  first.table(Body).append({ x: 1 });
  await first.flush();
  const second = await createRecorder({ path, runId: 'second', thread: false });
  const ids = new Set<number>();
  for (let i = 0; i < 50; i++) {
    for (const recorder of [first, second]) {
      recorder.recordFrame(i);
      ids.add(recorder.table(Body).append({ x: i }));
    }
  }
  expect(ids.size).toBe(100);
  // The first to close leaves the file to the other.
  await first.close();
  second.table(Body).append({ frame_id: second.recordFrame(99), x: 99 });
  await second.close();
  const third = await createRecorder({ path, thread: false });
  const frames = Number(one(connect(path), 'SELECT max(id) FROM simulation_frame'));
  expect(third.recordFrame(0)).toBe(frames + 1);
  await third.close();
  const database = connect(path);
  expect(one(database, 'SELECT count(*) FROM body')).toBe(102);
  expect(faults(database)).toEqual([]);
});
