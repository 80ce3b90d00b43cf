import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { array, createRecorder, defineTable, f64, i64, json } from '../../src/index.ts';
import { Cli } from './support/cli.ts';

const cli = new Cli();
afterAll(() => cli[Symbol.dispose]());

const Sample = defineTable('sample', {
  v: f64({ nullable: true }),
  big: i64(),
  data: json(),
  list: array('f64', 2),
  empty: f64({ nullable: true }),
});

/** Two episodes of three steps, and a table of awkward values. */
async function make(path: string, { reward = 1, runId = 'flight' } = {}): Promise<void> {
  const recorder = await createRecorder({
    path: cli.path(path),
    thread: false,
    runId,
    world: 'test',
    seed: 7,
  });
  for (let step = 0; step < 6; step++) {
    recorder.recordStep(
      { position: [step, 0], reward: step === 4 ? reward : 1, timestamp: 1_700_000_000 + step },
      step % 3,
      1 + Math.floor(step / 3),
    );
  }
  for (const v of [1 / 3, null, Number.NaN, Number.POSITIVE_INFINITY]) {
    recorder
      .table(Sample)
      .append({ v, big: 2n ** 60n, data: { a: 2n ** 60n + 1n }, list: [1, Number.NaN], empty: null });
  }
  await recorder.close();
}

beforeAll(async () => {
  await make('a.db');
  await make('b.db', { reward: 1.5 });
  mkdirSync(cli.path('folder'));
  await make('folder/one.db', { runId: 'one' });
  await make('folder/two.db', { runId: 'two' });
});

describe('simtape head', () => {
  it('shows the first rows of a table, of an episode, in the columns that are named', async () => {
    const args = [
      'head',
      'a.db',
      'steps',
      '-n',
      '2',
      '--episode',
      '2',
      '--columns',
      'step_number,position_x',
    ];
    const { code, stdout } = await cli.run(args);
    expect(code).toBe(0);
    expect(stdout).toBe(
      'step_number  position_x\n───────────  ──────────\n          0           3\n          1           4\n',
    );
  });

  it('shows all tables where none is named, without columns that hold nothing', async () => {
    const { stdout } = await cli.run(['head', 'a.db']);
    expect(stdout).toMatch(/^episodes {2}\(2 rows\)\n/);
    expect(stdout).toMatch(/\n\nsample {2}\(4 rows\)\n {2}id +v +big +data +list\n/);
    expect(stdout).toContain('1  0.3333333  1152921504606846976  {"a":1152921504606846977}  [1,"NaN"]');
    expect(stdout).toMatch(/not shown: empty \(--columns chooses\)/);
    const { stdout: asked } = await cli.run(['head', 'a.db', 'sample', '--columns', 'empty', '-n', '1']);
    expect(asked).toBe('empty\n─────\n-\n');
  });

  it('prints every digit as CSV and as JSON', async () => {
    const csv = await cli.run(['head', 'a.db', 'sample', '--format', 'csv', '--columns', 'v,big,data']);
    expect(csv.stdout.split('\r\n')).toEqual([
      'v,big,data',
      '0.3333333333333333,1152921504606846976,"{""a"":1152921504606846977}"',
      ',1152921504606846976,"{""a"":1152921504606846977}"',
      'NaN,1152921504606846976,"{""a"":1152921504606846977}"',
      'Infinity,1152921504606846976,"{""a"":1152921504606846977}"',
      '',
    ]);
    const rows = await cli.json<Record<string, unknown>[]>(['head', 'a.db', 'sample', '-n', '3']);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toEqual({
      id: 1,
      v: 1 / 3,
      big: String(2n ** 60n),
      data: { a: String(2n ** 60n + 1n) },
      list: [1, 'NaN'],
      empty: null,
    });
    const all = await cli.json<Record<string, unknown[]>>(['head', 'a.db', '-n', '1']);
    expect(all.steps![0]).toMatchObject({ step_id: 1, episode_id: 1, step_number: 0 });
    expect(Object.entries(all).map(([table, { length }]) => [table, length])).toEqual([
      ['episodes', 1],
      ['steps', 1],
      ['sample', 1],
    ]);
  });

  it('reads the runs of a folder as one, and one run where it is named', async () => {
    const columns = ['--columns', 'run_id,episode_id', '--format', 'csv'];
    const { stdout } = await cli.run(['head', 'folder', 'episodes', ...columns]);
    expect(stdout.split('\r\n').slice(1, -1)).toEqual(['one,1', 'one,2', 'two,1', 'two,2']);
    const one = await cli.run(['head', 'folder', 'episodes', '--run', 'two', ...columns]);
    expect(one.stdout.split('\r\n').slice(1, -1)).toEqual(['two,1', 'two,2']);
  });

  it('says in one line what is not there', async () => {
    for (const [args, message] of [
      [['head', 'a.db', 'stps'], /has no table stps; there are: /],
      [['head', 'a.db', 'steps', '--columns', 'x'], /has no column x; it has /],
      [['head', 'a.db', '--columns', 'x'], /no table has x; there are /],
      [['head', 'a.db', 'sample', '--episode', '1'], /episode/],
      [['head', 'a.db', '--format', 'csv'], /csv takes one table: name one of /],
      [['head', 'nowhere.db'], /there is no nowhere\.db/],
    ] as const) {
      const { code, stderr, stdout } = await cli.run(args);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr.trim()).toMatch(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
    expect((await cli.run(['head', 'a.db', 'steps', '-n', 'x'])).code).toBe(2);
  });
});

describe('simtape stats', () => {
  it('shows what columns hold, with bars', async () => {
    const { code, stdout } = await cli.run([
      'stats',
      'a.db',
      'steps',
      '--columns',
      'step_number,position_x,timestamp',
    ]);
    expect(code).toBe(0);
    const [title, head, , ...lines] = stdout.trimEnd().split('\n');
    expect(title).toBe('steps  6 rows');
    expect(head!.trim().split(/ +/)).toEqual(['column', 'min', 'mean', 'max', 'std', 'values']);
    expect(lines[0]!.trim()).toMatch(/^step_number +0 +1 +2 +0\.89443 +███$/);
    expect(lines[1]!.trim()).toMatch(/^position_x +0 +2\.5 +5 +1\.8708 +[▁-█ ]+$/);
    expect(lines[2]!.trim()).toMatch(/^timestamp +\d\d:\d\d:\d\d +\d\d:\d\d:\d\d +2023-11-1\d$/);
  });

  it('counts nulls and NaN, and is exact as JSON', async () => {
    const { stdout } = await cli.run(['stats', 'a.db', 'sample']);
    expect(stdout).toMatch(/column +nulls +NaN +min/);
    expect(stdout).toMatch(/ v +1 +1 +0\.33333 +Infinity +Infinity/);
    type Answer = { tables: Record<string, { rows: number; columns: Record<string, unknown>[] }> };
    const { tables } = await cli.json<Answer>(['stats', 'a.db']);
    expect(Object.keys(tables)).toEqual(['episodes', 'steps', 'sample']);
    const { rows, columns } = tables.sample!;
    expect(rows).toBe(4);
    expect(columns.find(({ name }) => name === 'v')).toMatchObject({
      nulls: 1,
      nans: 1,
      greatest: 'Infinity',
    });
    expect(columns.find(({ name }) => name === 'big')).toMatchObject({
      least: String(2n ** 60n),
      mean: 2 ** 60,
    });
  });

  it('takes one episode', async () => {
    type Answer = { tables: Record<string, { rows: number }> };
    const { tables } = await cli.json<Answer>(['stats', 'a.db', '--episode', '2']);
    expect(tables).toMatchObject({ episodes: { rows: 1 }, steps: { rows: 3 } });
    expect(tables).not.toHaveProperty('sample');
  });
});

describe('simtape stats --trajectories', () => {
  it('measures the way of each agent through each episode', async () => {
    const { code, stdout } = await cli.run(['stats', 'a.db', '--trajectories']);
    expect(code).toBe(0);
    const [head, , ...lines] = stdout.trimEnd().split('\n');
    expect(head!.trim().split(/ +/)).toEqual([
      ...['episode', 'steps', 'distance', 'direct', 'efficiency', 'duration', 'reward'],
    ]);
    expect(lines.map((line) => line.trim().split(/ +/))).toEqual([
      ['1', '3', '2', '2', '1', '2', '3'],
      ['2', '3', '2', '2', '1', '2', '3'],
    ]);
    const { trajectories } = await cli.json<{ trajectories: unknown[] }>([
      ...['stats', 'a.db', 'steps', '--trajectories', '--episode', '2'],
    ]);
    expect(trajectories).toMatchObject([{ episode: 2, agent: null, pathEfficiency: 1 }]);
    const { code: refused, stderr } = await cli.run(['stats', 'a.db', 'sample', '--trajectories']);
    expect(refused).toBe(2);
    expect(stderr).toMatch(/--trajectories are of steps, not of sample/);
  });
});

describe('simtape compare', () => {
  it('ends with 0 where runs are equal, and says what was compared', async () => {
    const { code, stdout } = await cli.run(['compare', 'a.db', 'folder/one.db']);
    expect(code).toBe(0);
    expect(stdout).toContain('equal: 12 rows of 3 tables');
  });

  it('ends with 1 where they differ, and says where first and how much', async () => {
    const { code, stdout, stderr } = await cli.run(['compare', 'a.db', 'b.db']);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toContain('reward in row 4 of steps (episode 2, step 1) is 1 in one and 1.5 in the other');
    expect(stdout).toMatch(/steps\.reward +6 +1 +4 +0\.5 +0\.33333/);
    type Answer = { equal: boolean; first: unknown };
    const answer = await cli.json<Answer>(['compare', 'a.db', 'b.db']);
    expect(answer).toMatchObject({ equal: false, first: { table: 'steps', column: 'reward', row: 4 } });
  });

  it('tolerates and leaves out what it is told to', async () => {
    const codeOf = async (...more: string[]) => (await cli.run(['compare', 'a.db', 'b.db', ...more])).code;
    expect(await codeOf('--tolerance', '0.5')).toBe(0);
    expect(await codeOf('--tolerance', '0.4')).toBe(1);
    expect(await codeOf('--relative', '0.34')).toBe(0);
    expect(await codeOf('--ignore', 'steps.reward')).toBe(0);
    expect(await codeOf('--table', 'episodes,sample')).toBe(0);
    expect(await codeOf('--wall-clock', '--tolerance', '1e9', '--ignore', 'start_timestamp')).toBe(0);
  });

  it('ends with 2 where they cannot be compared', async () => {
    for (const [args, message] of [
      [['a.db', 'nowhere.db'], /there is no nowhere\.db/],
      [['a.db', 'folder'], /folder holds 2 runs: name the one to compare/],
      [['a.db', 'b.db', '--table', 'stps'], /neither recording has a table stps/],
      [['a.db', 'b.db', '--ignore', 'rewrd'], /no table has a column rewrd/],
      [['a.db', 'b.db', '--tolerance', '-1'], /--tolerance takes a number from 0 on, not '-1'/],
    ] as const) {
      const { code, stderr } = await cli.run(['compare', ...args]);
      expect(code).toBe(2);
      expect(stderr.trim()).toMatch(message);
    }
    expect((await cli.run(['compare', 'a.db', 'folder', '--run-b', 'two'])).code).toBe(0);
  });
});

it('writes no more rows than are read', () => {
  const script = `"${process.execPath}" "${new URL('../../cli/main.ts', import.meta.url).pathname}" head a.db steps --format csv | head -n 1`;
  const done = spawnSync('sh', ['-c', script], { cwd: cli.folder, encoding: 'utf8' });
  expect(done.stdout).toMatch(/^step_id,/);
  expect(done.stderr).not.toMatch(/EPIPE/);
});
