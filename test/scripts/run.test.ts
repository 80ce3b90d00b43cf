import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scratch } from '../backends/scratch.ts';

const SCRIPT = new URL('../../scripts/run.mjs', import.meta.url);
const WANTED = {
  '': { version: '0.1.0' },
  'node_modules/a': { version: '1.0.0' },
  'node_modules/elsewhere': { version: '1.0.0', optional: true },
};

/** Runs a program in a repository whose npm only says that it was called, and has noted these packages before. */
function run(noted: object | null): { stdout: string; stderr: string } {
  const root = scratch();
  mkdirSync(join(root, 'scripts'));
  mkdirSync(join(root, 'node_modules', 'node', 'bin'), { recursive: true });
  copyFileSync(SCRIPT, join(root, 'scripts', 'run.mjs'));
  symlinkSync(process.execPath, join(root, 'node_modules', 'node', 'bin', 'node'));
  if (noted !== null)
    writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: noted }));
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: WANTED }));
  // A checkout makes the lock file young, whatever is in it.
  utimesSync(join(root, 'package-lock.json'), 4e9, 4e9);
  writeFileSync(join(root, 'npm.cjs'), "console.error('npm', process.argv[2]);");
  const env = { ...process.env, npm_execpath: join(root, 'npm.cjs') };
  const args = [join(root, 'scripts', 'run.mjs'), '-e', "console.log('ran')"];
  return spawnSync(process.execPath, args, { encoding: 'utf8', env });
}

it('installs nothing where all is there that the lock file wants, whatever its age', () => {
  expect(run({ 'node_modules/a': { version: '1.0.0' } })).toMatchObject({ stdout: 'ran\n', stderr: '' });
});

it.each([
  ['nothing was installed', null],
  ['a package is missing', {}],
  ['a package is of another version', { 'node_modules/a': { version: '0.9.0' } }],
])('installs first where %s', (_, noted) => {
  expect(run(noted)).toMatchObject({ stdout: 'ran\n', stderr: expect.stringMatching(/npm ci\n$/) });
});
