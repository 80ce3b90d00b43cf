import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cli, root } from './support/cli.ts';

const cli = new Cli();
afterAll(() => cli[Symbol.dispose]());
beforeAll(async () => {
  await cli.run(['record', 'plume', '--episodes', '1', '--steps', '20', '--path', 'plume.db']);
});

const MANY =
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT i, i * i FROM n';

it('ends quietly when the reader of a pipe has gone', async () => {
  const { child, done } = cli.start(['sql', 'plume.db', MANY, '--format', 'csv']);
  child.stdout!.once('data', () => child.stdout!.destroy());
  const { code, stderr } = await done;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

it.skipIf(!existsSync('/dev/full'))('says in one line that what it prints does not fit on the disk', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'cli', 'main.ts'), 'backends'], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(full);
  expect(stderr).toBe('simtape: not all could be printed: ENOSPC: no space left on device, write\n');
  expect(status).toBe(1);
});

it('records to the end when nobody reads its output', async () => {
  const { child, done } = cli.start([
    'record',
    'plume',
    '--episodes',
    '1',
    '--steps',
    '20',
    '--path',
    'alone.db',
  ]);
  child.stdout!.destroy();
  const { code, stderr } = await done;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(
    (await cli.run(['sql', 'alone.db', 'SELECT count(*) FROM steps', '--format', 'csv'])).stdout,
  ).toContain('20');
});

it('prints neither a progress bar nor colour into a pipe', async () => {
  const { stdout, stderr } = await cli.run(['record', 'plume', '--episodes', '1', '--steps', '100']);
  expect(stderr).toBe('');
  expect(stdout).not.toContain('\u001b');
});

it('shows colour where it is asked for, and none with NO_COLOR', async () => {
  const [colour, none] = await Promise.all([
    cli.run(['ls', '.'], { env: { FORCE_COLOR: '1' } }),
    cli.run(['ls', '.'], { env: { NO_COLOR: '1' } }),
  ]);
  expect(colour!.stdout).toContain('\u001b[1m');
  expect(none!.stdout).not.toContain('\u001b');
});
