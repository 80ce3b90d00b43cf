import { copyFileSync, mkdirSync, truncateSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cli } from './support/cli.ts';

const cli = new Cli();
afterAll(() => cli[Symbol.dispose]());
beforeAll(async () => {
  mkdirSync(cli.path('data', 'deep', 'er'), { recursive: true });
  for (const [path, seed] of [
    ['data/first.db', '1'],
    ['data/deep/er/second.sqlite', '2'],
  ] as const) {
    await cli.run(['record', 'plume', '--episodes', '1', '--steps', '20', '--seed', seed, '--path', path]);
  }
});

describe('simtape ls', () => {
  it('lists the runs of all recordings in a folder, the newest last', async () => {
    const { code, stdout } = await cli.run(['ls', 'data']);
    expect(code).toBe(0);
    const [head, , ...lines] = stdout.trimEnd().split('\n');
    expect(head!.split(/ +/)).toEqual([
      'run',
      'when',
      'world',
      'format',
      'episodes',
      'steps',
      'frames',
      'size',
      'state',
      'path',
    ]);
    expect(lines).toHaveLength(2);
    const row =
      /^run_\w+ +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +plume +sqlite +1 +\d+ +0 +[\d.]+ kB +ended +data\/(\S+)$/;
    expect(lines.map((line) => row.exec(line)?.[1])).toEqual(['first.db', 'deep/er/second.sqlite']);
  });

  it('prints one object with --json', async () => {
    const listed = await cli.json<{ folder: string; recordings: unknown[] }>(['ls', 'data']);
    expect(listed).toMatchObject({
      folder: 'data',
      recordings: [
        {
          path: 'data/first.db',
          format: 'sqlite',
          bytes: expect.any(Number),
          runs: [{ seed: '1', episodes: 1 }],
        },
        { path: 'data/deep/er/second.sqlite', runs: [{ seed: '2', state: 'ended' }] },
      ],
    });
  });

  it('lists broken files with their problems, and the others all the same', async () => {
    mkdirSync(cli.path('broken'));
    copyFileSync(cli.path('data', 'first.db'), cli.path('broken', 'good.db'));
    copyFileSync(cli.path('data', 'first.db'), cli.path('broken', 'cut.db'));
    truncateSync(cli.path('broken', 'cut.db'), 5000);
    cli.write('broken/empty.db', '');
    cli.write('broken/text.db', 'this is some text, and no database at all');
    cli.write('broken/notes.txt', 'not looked at');
    new DatabaseSync(cli.path('broken', 'foreign.db')).exec('CREATE TABLE a (b)');
    const { code, stdout } = await cli.run(['ls', 'broken']);
    expect(code).toBe(0);
    expect(stdout).toContain('broken/good.db');
    expect(stdout).toContain('4 recordings cannot be read\n');
    expect(stdout).toMatch(/broken\/text\.db +is not a simtape recording/);
    expect(stdout).toMatch(/broken\/foreign\.db +is a SQLite database, but not a simtape recording/);
    expect(stdout).toMatch(/broken\/cut\.db +\S/);
    expect(stdout).not.toContain('notes.txt');
  });

  it('says what to do where there is nothing', async () => {
    mkdirSync(cli.path('empty'));
    const [empty, missing, file] = await Promise.all(
      [['ls', 'empty'], ['ls'], ['ls', 'data/first.db']].map((args) => cli.run(args)),
    );
    expect(empty).toMatchObject({ code: 0, stderr: '' });
    expect(empty!.stdout).toMatch(/^empty holds no recordings; make one with: .* record plume\n$/);
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing!.stderr).toMatch(
      /^simtape: there is no folder simulation_data; make a recording with: .*\n$/,
    );
    expect(file).toMatchObject({ code: 1, stdout: '' });
    expect(file!.stderr).toMatch(
      /^simtape: data\/first\.db is a file; show it with: .* info data\/first\.db\n$/,
    );
  });
});

describe('simtape info', () => {
  it('shows runs, time spans, and tables with units', async () => {
    const { code, stdout } = await cli.run(['info', 'data/first.db']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^data\/first\.db {2}\(sqlite, .* kB, 1 run, 2 tables\)\n/);
    expect(stdout).toMatch(/world +plume, seed 1\n/);
    expect(stdout).toMatch(/ended +\d{4}-\S+ \S+, after [\d.]+ s\n/);
    expect(stdout).toMatch(/recorded +1 episode, \d+ step rows\n/);
    expect(stdout).toMatch(/configuration +\{"episodes":1,/);
    expect(stdout).toMatch(/configuration hash +[0-9a-f]{64}\n/);
    expect(stdout).toMatch(/versions +simtape \S+, node \d+/);
    expect(stdout).toMatch(/steps\.timestamp +\d{4}-\S+ \S+ to \S+, [\d.]+ s on the wall clock/);
    expect(stdout).toMatch(/\n {2}timestamp +f64 +s +yes +wall +Time of the step, Unix epoch\n/);
    expect(stdout).toMatch(/\n {2}orientation +f64 +rad +yes +Heading of the agent\n/);
  });

  it('prints one object with --json', async () => {
    expect(await cli.json(['info', 'data/first.db'])).toMatchObject({
      format: 'sqlite',
      bytes: expect.any(Number),
      runs: [
        {
          world: 'plume',
          seed: '1',
          state: 'ended',
          provenance: { versions: { simtape: expect.any(String) } },
        },
      ],
      tables: [
        { name: 'episodes', rows: 1 },
        {
          name: 'steps',
          id: 'step_id',
          columns: expect.arrayContaining([expect.objectContaining({ name: 'orientation', unit: 'rad' })]),
        },
      ],
      timeSpans: expect.arrayContaining([
        expect.objectContaining({ table: 'steps', column: 'timestamp', clock: 'wall' }),
      ]),
    });
  });

  it('takes a folder with one recording, and reads those of a folder with more as one', async () => {
    const [one, two] = await Promise.all([cli.run(['info', 'data/deep']), cli.run(['info', 'data'])]);
    expect(one!.stdout).toContain('seed 2');
    expect(two).toMatchObject({ code: 0, stderr: '' });
    expect(two!.stdout).toMatch(/^data {2}\(sqlite, .* kB, 2 runs, 2 tables\)\n/);
    for (const text of ['seed 1', 'seed 2', 'steps  40 rows']) expect(two!.stdout).toContain(text);
  });

  it('says in one line what a path is that is no recording', async () => {
    cli.write('notes.txt', 'not a recording');
    const [missing, text] = await Promise.all(
      ['nope.db', 'notes.txt'].map((path) => cli.run(['info', path])),
    );
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing!.stderr).toMatch(/^simtape: there is no nope\.db; .* ls lists what was recorded\n$/);
    expect(text!.stderr).toMatch(
      /^simtape: notes\.txt is not a simtape recording; .* ls lists what was recorded\n$/,
    );
  });
});
