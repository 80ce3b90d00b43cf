import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cli, program } from './support/cli.ts';

const cli = new Cli();
let run: string;
let crashed: string;
afterAll(() => cli[Symbol.dispose]());
beforeAll(async () => {
  const plume = ['record', 'plume', '--episodes', '2', '--steps', '20'];
  run = await recorded([...plume, '--out', 'data']);
  await cli.run([...plume, '--seed', '9', '--path', 'data/flight.db']);
  await cli.run(['record', program('killed.ts'), '--path', 'data/killed']);
  crashed = 'data/killed';
});

/** The path of what was recorded, as a user would write it. */
async function recorded(args: readonly string[]): Promise<string> {
  const { path } = await cli.json<{ path: string }>(args);
  return path.slice(cli.folder.length + 1);
}

describe('simtape record', () => {
  it('records Parquet into a folder for each run', async () => {
    expect(run).toMatch(/^data\/runs\/run_\w+$/);
    expect(readdirSync(cli.path(run)).sort()).toEqual([
      'episodes',
      'run.json',
      'run_metadata.parquet',
      'run_statistics.parquet',
    ]);
  });

  it.each([
    [['--path', 'own.db'], 'sqlite', 'own.db'],
    [['--path', 'own.sqlite3'], 'sqlite', 'own.sqlite3'],
    [['--backend', 'sqlite', '--path', 'own'], 'sqlite', 'own'],
    [['--path', 'folder'], 'parquet', 'folder'],
    [['--backend', 'parquet', '--path', 'other'], 'parquet', 'other'],
    [['--path', 'own.h5'], 'hdf5', 'own.h5'],
    [['--backend', 'hdf5', '--path', 'own.hdf5'], 'hdf5', 'own.hdf5'],
  ])('%j records %s', async (args, backend, path) => {
    const plume = ['record', 'plume', '--episodes', '1', '--steps', '5'];
    const first = await cli.json<{ backend: string; path: string; problems: unknown }>([...plume, ...args]);
    expect(first).toMatchObject({ backend, path: cli.path(path), problems: [] });
    expect(existsSync(cli.path(path, 'run.json'))).toBe(backend === 'parquet');
  });

  it('gives a SQLite file of any name another run', async () => {
    const args = ['record', 'plume', '--episodes', '1', '--steps', '5', '--path', 'flight'];
    await cli.run([...args, '--backend', 'sqlite']);
    expect(await cli.json(args)).toMatchObject({ backend: 'sqlite' });
  });

  it('refuses a folder that holds a run already', async () => {
    const { code, stderr } = await cli.run(['record', 'plume', '--path', run]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^simtape: cannot record to [^\n]*: it holds a run already; [^\n]*\n$/);
  });
});

describe('simtape ls', () => {
  it('lists run folders beside SQLite files, with the size of the whole folder', async () => {
    const { code, stdout, stderr } = await cli.run(['ls', 'data']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const rows = stdout.split('\n').slice(2, 5);
    const shown = rows.map((row) => /(\S+) +(\d+) +(\d+) +0 +[\d.]+ kB +(\w+) +(\S+)$/.exec(row)?.slice(1));
    expect(shown).toEqual([
      ['parquet', '2', '40', 'ended', run],
      ['sqlite', '2', '40', 'ended', 'data/flight.db'],
      ['parquet', '3', '250', 'crashed', crashed],
    ]);
    expect(stdout).toMatch(
      /\n\ncrashed: what its process committed is there; to finish: .* recover data\/killed\n$/,
    );
  });

  it('lists one run folder', async () => {
    const { stdout } = await cli.run(['ls', run]);
    expect(stdout.trimEnd().split('\n')).toHaveLength(3);
  });
});

describe('simtape info', () => {
  it('shows a run folder', async () => {
    const { code, stdout, stderr } = await cli.run(['info', run]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      new RegExp(`^${run} {2}\\(parquet, [\\d.]+ kB, 1 run, 2 tables\\)\\n\\nrun ${basename(run)}\\n`),
    );
    expect(stdout).toMatch(/recorded +2 episodes, 40 step rows\n/);
    expect(stdout).toMatch(/steps\.timestamp +\d{4}-\S+ \S+ to \S+, [\d.]+ s on the wall clock/);
    expect(stdout).toMatch(/\n {2}timestamp +f64 +s +yes +wall +Time of the step, Unix epoch\n/);
  });

  it('says what was recovered of a run that was cut off, and how to finish it', async () => {
    const { stdout } = await cli.run(['info', crashed]);
    expect(stdout).toMatch(/\n[\d,]+ rows come from the journal of data\/killed\n/);
    expect(stdout).toMatch(/state +crashed, its process is gone; .* recover data\/killed finishes it\n/);
    expect(stdout).toMatch(/recorded +3 episodes, 250 step rows\n/);
  });

  it('shows a folder of runs as one recording', async () => {
    const [text, json] = await Promise.all([
      cli.run(['info', 'data']),
      cli.json<{ runs: unknown[]; tables: unknown[]; notes: string[] }>(['info', 'data']),
    ]);
    expect(text.stdout).toMatch(/^data {2}\(parquet, sqlite, [\d.]+ kB, 3 runs, 2 tables\)\n/);
    expect(text.stdout).toMatch(/\nsteps {2}330 rows /);
    expect(json).toMatchObject({
      format: 'parquet, sqlite',
      runs: [{ state: 'ended' }, { state: 'ended' }, { state: 'crashed', steps: 250 }],
      tables: [
        { name: 'episodes', rows: 7 },
        { name: 'steps', rows: 330 },
      ],
      notes: [expect.stringContaining('come from the journal')],
    });
  });

  it('says which run a file of it belongs to', async () => {
    const { code, stderr } = await cli.run(['info', `${run}/episodes/trajectory_ep_000001.parquet`]);
    expect(code).toBe(1);
    expect(stderr).toContain(`it is part of the run in ${run}`);
  });
});

describe('simtape sql', () => {
  it('queries a run folder', async () => {
    const args = ['sql', run, 'SELECT episode_id, count(*) AS steps FROM steps GROUP BY 1 ORDER BY 1'];
    const [table, json, csv] = await Promise.all([
      cli.run(args),
      cli.run([...args, '--json']),
      cli.run([...args, '--format', 'csv']),
    ]);
    expect(table).toMatchObject({ code: 0, stderr: '' });
    expect(table!.stdout).toBe(
      'episode_id  steps\n──────────  ─────\n         1     20\n         2     20\n\n2 rows\n',
    );
    expect(JSON.parse(json!.stdout)).toEqual([
      { episode_id: 1, steps: 20 },
      { episode_id: 2, steps: 20 },
    ]);
    expect(csv!.stdout).toBe('episode_id,steps\r\n1,20\r\n2,20\r\n');
  });

  it('queries a folder of runs as one, and tells what was recovered beside the answer', async () => {
    const args = [
      'sql',
      'data',
      'SELECT count(DISTINCT run_id) AS runs, count(*) AS steps FROM steps',
      '--json',
    ];
    const { code, stdout, stderr } = await cli.run(args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([{ runs: 3, steps: 330 }]);
    expect(stderr).toMatch(/^simtape: note: [\d,]+ rows come from the journal of data\/killed\n$/);
  });

  it.each<[string, RegExp]>([
    ['SELECT * FROM stops', /Table with name stops does not exist.*; there are runs, episodes, steps/],
    ['SELECT stop FROM steps', /"stop" not found.*; .* info data\/runs\/\w+ lists the columns/],
    ['DELETE FROM steps', /recordings are only read here/],
    ['CREATE TABLE t (x INT)', /it is no query, .*; recordings are only read here/],
    ["SELECT * FROM read_text('/etc/hostname')", /Cannot access file/],
    ['SELEC 1', /syntax error/],
  ])('refuses in one line: %s', async (statement, message) => {
    const { code, stdout, stderr } = await cli.run(['sql', run, statement]);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^simtape: [^\n]+\n$/);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  it('says in one line what to install where DuckDB is missing; ls and info do without', async () => {
    const env = { NODE_OPTIONS: `--import ${pathToFileURL(program('no-duckdb.ts')).href}` };
    const [sql, info, ls] = await Promise.all(
      [
        ['sql', run, 'SELECT 1'],
        ['info', run],
        ['ls', 'data'],
      ].map((args) => cli.run(args, { env })),
    );
    expect(sql).toMatchObject({ code: 1, stdout: '' });
    expect(sql!.stderr).toBe(
      'simtape: SQL on this recording needs DuckDB, which is not installed: npm install @duckdb/node-api\n',
    );
    expect([info!.code, ls!.code]).toEqual([0, 0]);
  });

  it('ends a query at Ctrl-C', async () => {
    const endless = 'SELECT count(*) FROM range(10000000000) a, range(1000) b';
    mkdirSync(cli.path('tmp'));
    const { child, done } = cli.start(['sql', run, endless], { TMPDIR: cli.path('tmp') });
    // It handles Ctrl-C before it makes this folder for what the query may need.
    while (readdirSync(cli.path('tmp')).length === 0) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGINT');
    expect(await done).toEqual({ code: 130, stdout: '', stderr: '' });
    expect(readdirSync(cli.path('tmp'))).toEqual([]);
  });
});
