import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { openRecording } from '../../src/read/index.ts';
import { Cli, root } from './support/cli.ts';

const cli = new Cli();
afterAll(() => cli[Symbol.dispose]());

interface Recorded {
  runId: string;
  path: string;
  tables: Record<string, { submitted: number; written: number; dropped: number }>;
}

it('records the plume world, and says where, how much, and that nothing was dropped', async () => {
  const { code, stdout, stderr } = await cli.run(['record', 'plume', '--episodes', '2', '--steps', '50']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const [run] = readdirSync(cli.path('simulation_data', 'runs'));
  expect(run).toMatch(/^run_\d{8}_\d{6}_\w{4}$/);
  expect(stdout).toContain(`recorded plume as ${run}\n`);
  expect(stdout).toMatch(new RegExp(`folder +simulation_data/runs/${run} {2}\\(parquet, [\\d.]+ kB\\)`));
  expect(stdout).toMatch(/episodes +2, of which \d reached the source/);
  expect(stdout).toMatch(/tables +episodes +2 rows\n +steps +\d+ rows/);
  expect(stdout).toMatch(/time +[\d.]+ s, [\d,]+ rows a second/);
  expect(stdout).toMatch(/dropped +0 rows/);

  // The commands that it suggests work as they stand, whichever Node is installed.
  const [, ...suggested] = stdout.slice(stdout.indexOf('next:')).trim().split('\n');
  expect(suggested).toHaveLength(3);
  for (const command of suggested) {
    const next = await promisify(execFile)('sh', ['-c', command], { cwd: cli.folder });
    expect(next.stdout).toContain('episode');
  }
});

it('suggests commands that work from where npm was called', async () => {
  const { stdout } = await cli.run(['record', 'plume', '--episodes', '1', '--steps', '5', '--out', 'npm'], {
    env: { npm_lifecycle_event: 'start', INIT_CWD: root },
  });
  expect(stdout).toMatch(/^ {2}node scripts\/run\.mjs cli\/main\.ts info \S+\/runs\/run_\w+$/m);
});

it('prints one object with --json', async () => {
  const { code, stdout, stderr } = await cli.run([
    'record',
    'plume',
    '--episodes',
    '2',
    '--steps',
    '30',
    '--agents',
    '2',
    '--path',
    'two.db',
    '--json',
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.trim().split('\n')).toHaveLength(1);
  const result = JSON.parse(stdout) as Recorded;
  const table = { submitted: expect.any(Number), written: expect.any(Number), dropped: 0 };
  expect(result).toMatchObject({
    runId: expect.stringMatching(/^run_\d{8}_\d{6}_\w{4}$/),
    path: cli.path('two.db'),
    backend: 'sqlite',
    seconds: expect.any(Number),
    interrupted: null,
    problems: [],
    episodes: { completed: 2 },
    tables: { episodes: table, steps: table },
  });
  const { submitted, written } = result.tables.steps!;
  expect(written).toBe(submitted);
  using recording = await openRecording(result.path);
  expect(recording.runs()).toMatchObject([
    {
      runId: result.runId,
      state: 'ended',
      world: 'plume',
      seed: '42',
      episodes: 2,
      steps: written,
      configuration: { episodes: 2, steps: 30, agents: 2, seed: 42, windSpeed: 1 },
    },
  ]);
});

it('gives an existing recording another run with --path', async () => {
  const record = ['record', 'plume', '--episodes', '1', '--steps', '10', '--path', 'more.db'];
  const first = await cli.json<Recorded>(record);
  const second = await cli.json<Recorded>(record);
  using recording = await openRecording(cli.path('more.db'));
  expect(recording.runs().map(({ runId }) => runId)).toEqual([first.runId, second.runId]);
});

it('gives the same data for the same seed', async () => {
  const record = ['record', 'plume', '--episodes', '2', '--steps', '80', '--seed'];
  const [one, two, other] = await Promise.all(
    ['7', '7', '8'].map((seed) => cli.json<Recorded>([...record, seed])),
  );
  expect(await simulated(one!.path)).toEqual(await simulated(two!.path));
  expect(await simulated(one!.path)).not.toEqual(await simulated(other!.path));
});

/** All columns that are not wall clock, of all tables. */
async function simulated(path: string): Promise<unknown> {
  using recording = await openRecording(path);
  const tables = recording.tables().map(({ name, columns }) => {
    const select = columns.filter(({ clock }) => clock !== 'wall').map((column) => column.name);
    expect(select.length).toBeGreaterThan(8);
    return Array.fromAsync(recording.table(name).rows({ select }));
  });
  return await Promise.all(tables);
}

it('records nothing with --backend none', async () => {
  const args = ['record', 'plume', '--episodes', '1', '--steps', '10', '--backend', 'none', '--out', 'none'];
  const { code, stdout } = await cli.run(args);
  expect(code).toBe(0);
  expect(stdout).toContain('ran plume, recording nothing');
  expect(existsSync(cli.path('none'))).toBe(false);
  expect(await cli.json(args)).toMatchObject({ path: null, backend: 'none', bytes: null, tables: {} });
});

it('says in one line why it cannot record to a place', async () => {
  cli.write('notes.txt', 'not a recording, but some text that is longer than a header');
  const places: [string[], RegExp][] = [
    [['--out', 'notes.txt'], /cannot record to .*notes\.txt/],
    [['--path', 'notes.txt'], /notes\.txt exists and is not a simtape recording/],
    [['--path', 'missing/flight.db'], /missing does not exist; make it first/],
  ];
  await Promise.all(
    places.map(async ([place, message]) => {
      const { code, stdout, stderr } = await cli.run(['record', 'plume', ...place]);
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(/^simtape: [^\n]+\n$/);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    }),
  );
});
