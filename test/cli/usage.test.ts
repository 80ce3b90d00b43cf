import { afterAll, expect, it } from 'vitest';
import { Cli } from './support/cli.ts';

const cli = new Cli();
afterAll(() => cli[Symbol.dispose]());

it.for([
  [['--nope'], /unknown option '--nope'/],
  [['recrod', 'plume'], /unknown command 'recrod'; did you mean record\?/],
  [['help', 'recrod'], /no such command/],
  [['record'], /record needs <simulation>/],
  [['record', 'plume', '--epsiodes', '2'], /unknown option '--epsiodes'; did you mean --episodes\?/],
  [['record', 'plume', '--steps', '1.5'], /--steps takes a whole number from 1 on, not '1.5'/],
  [['record', 'plume', '--episodes', '0'], /--episodes takes a whole number from 1 on/],
  [['record', 'plume', '--seed', '-1'], /--seed takes a whole number from 0 on/],
  [['record', 'plume', '--out'], /--out needs <dir>/],
  [['record', 'plume', '--backend', 'csv'], /--backend takes parquet, hdf5, sqlite, none, not 'csv'/],
  [['record', 'plume', '--out', 'a', '--path', 'b.db'], /--out and --path exclude each other/],
  [['record', 'plume', '--backend', 'parquet', '--path', 'b.db'], /b\.db is a file; name a folder/],
  [['sql', 'flight.db', 'SELECT 1', '--json', '--format', 'csv'], /--json and --format exclude each other/],
  [['record', 'plum'], /no world 'plum'; record plume/],
  [['record', 'plume', 'twice'], /too many arguments/],
  [['completion', 'csh'], /<shell> takes bash, zsh, fish, not 'csh'/],
  [['sql', 'flight.db'], /sql needs <statement>/],
  [['sql', 'flight.db', 'SELECT', '1'], /put the statement in quotes/],
] as const)('%j is refused with exit code 2 and one line', async ([args, message]) => {
  const { code, stdout, stderr } = await cli.run(args);
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^simtape: [^\n]+\n$/);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

it('prints what it can do when it is called with nothing', async () => {
  const { code, stdout, stderr } = await cli.run([]);
  expect(code).toBe(0);
  expect(stderr).toBe('');
  for (const command of [
    'record plume',
    'record ./my-sim.ts',
    'ls',
    'info',
    'head',
    'stats',
    'sql',
    'compare',
    'prune',
    'export',
    'convert',
    'verify',
    'recover',
  ]) {
    expect(stdout).toContain(command);
  }
});

it('prints its version, and help with an example', async () => {
  const [version, ...helps] = await Promise.all(
    [
      ['--version'],
      ['--help'],
      ['record', '--help'],
      ['ls', '--help'],
      ['info', '--help'],
      ['sql', '--help'],
      ['export', '--help'],
      ['convert', '--help'],
      ['verify', '--help'],
      ['recover', '--help'],
    ].map((args) => cli.run(args)),
  );
  expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  for (const { code, stdout } of helps) {
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: simtape');
  }
  for (const { stdout } of helps.slice(1)) expect(stdout).toMatch(/Examples?:\n {2}\S/);
});
