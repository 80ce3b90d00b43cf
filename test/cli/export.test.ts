import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRecorder, defineTable, f64 } from '../../src/index.ts';
import { Cli, program } from './support/cli.ts';

const cli = new Cli();
afterAll(() => cli[Symbol.dispose]());
beforeAll(async () => {
  await cli.run(['record', 'plume', '--episodes', '3', '--steps', '30', '--seed', '1', '--path', 'run']);
});

interface Report {
  path: string;
  format: string;
  rows: Record<string, number>;
  files: number;
}

it('exports steps, and says what to do with them', async () => {
  const { code, stdout, stderr } = await cli.run(['export', 'run', 'steps.csv']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^steps\.csv {2}csv: 90 rows of steps, \d+(\.\d)? kB in \d/);
  expect(stdout).toContain('units, descriptions and the run stand in steps.csv.metadata.json');
  expect(stdout).toContain(`python3 -c "import pandas; print(pandas.read_csv('steps.csv'))"`);
  expect(readFileSync(cli.path('steps.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(91);
});

it('exports what it is asked to, and prints one JSON object', async () => {
  const report = await cli.json<Report>(['export', 'run', 'some/', '--format', 'ndjson', '--episode', '1,3']);
  expect(report).toMatchObject({ format: 'ndjson', rows: { episodes: 2, steps: 60 }, files: 4 });
  const split = [
    'export',
    'run',
    'split',
    '--partition-by',
    'episode_id',
    '--compression',
    'gzip',
    '--level',
    '9',
  ];
  expect(await cli.json<Report>(split)).toMatchObject({ format: 'parquet', rows: { steps: 90 }, files: 3 });
  const one = await cli.json<Report>(['export', 'run', 'e.arrow', '--table', 'episodes']);
  expect(one).toMatchObject({ format: 'arrow', rows: { episodes: 3 } });
});

it('converts a recording, which the other commands read', async () => {
  for (const name of ['flight.db', 'flight.h5', 'flight.arrow', 'flight']) {
    const { code, stdout, stderr } = await cli.run(['convert', 'run', name]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/: 93 rows, .*\n {2}table +rows\n/);
    expect(stdout).toContain(`info ${name}`);
    expect((await cli.run(['verify', name])).stdout).toContain('all is well');
    const query = ['sql', name, 'SELECT count(*) AS n, max(step_number) AS m FROM steps', '--format', 'csv'];
    expect((await cli.run(query)).stdout).toBe('n,m\r\n90,29\r\n');
  }
  expect((await cli.run(['recover', 'flight.arrow'])).stdout).toContain('nothing to do');
});

it('replaces nothing without being told to', async () => {
  await cli.run(['export', 'run', 'old.json']);
  const { code, stderr } = await cli.run(['export', 'run', 'old.json', '--episode', '2']);
  expect(code).toBe(1);
  expect(stderr).toBe(
    `simtape: cannot write ${cli.path('old.json')}: there is such a file already; choose another path, or overwrite it (--force)\n`,
  );
  const report = await cli.json<Report>(['export', 'run', 'old.json', '--episode', '2', '--force']);
  expect(report.rows).toEqual({ steps: 30 });
});

it.for([
  [['export', 'run'], 2, /export needs <out>/],
  [
    ['export', 'run', 'x.csv', '--episode', '1-b'],
    2,
    /--episode takes numbers such as 3 or 1-4,9, not '1-b'/,
  ],
  [['export', 'run', 'x.csv', '--format', 'xml'], 2, /--format takes parquet, .*, not 'xml'/],
  [['export', 'run', 'x.csv', '--episode', '7'], 1, /there is no episode 7; there are 1-3/],
  [['export', 'run', 'x.csv', '--table', 'nope'], 1, /has no table nope; there are: episodes, steps/],
  [['export', 'run', 'x.csv', '--compression', 'lzma'], 1, /csv takes brotli, gzip, none, zstd/],
  [['export', 'run', 'x.zip'], 1, /the ending \.zip says no format: choose one \(--format\) of parquet, /],
  [['export', 'nope', 'x.csv'], 1, /there is no nope; .* ls lists what was recorded/],
  [['convert', 'run', 'x.csv'], 1, /csv cannot hold a recording/],
] as const)('%j is refused in one line', async ([args, code, message]) => {
  const done = await cli.run(args);
  expect(done.stderr).toMatch(message);
  expect(done.stderr).toMatch(/^simtape: [^\n]+\n$/);
  expect(done).toMatchObject({ code, stdout: '' });
  expect(existsSync(cli.path('x.csv'))).toBe(false);
});

it('ends with Ctrl-C, and leaves nothing', async () => {
  const recorder = await createRecorder({ path: cli.path('long.db'), thread: false });
  const { append } = recorder.table(defineTable('sample', { x: f64() }));
  // Some batches of 65,536 rows, after each of which it looks whether it is still wanted.
  for (let x = 0; x < 300_000; x++) append({ x });
  await recorder.close();
  const env = {
    NODE_OPTIONS: `--import ${pathToFileURL(program('interrupts-itself.ts')).href}`,
    INTERRUPT_AT: cli.path('out'),
  };
  const { code, stderr } = await cli.run(['export', 'long.db', 'out/new.json'], { env });
  expect({ code, stderr }).toEqual({ code: 130, stderr: 'simtape: cancelled; nothing of it is left\n' });
  expect(existsSync(cli.path('out'))).toBe(false);
});
