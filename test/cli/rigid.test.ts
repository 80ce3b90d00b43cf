import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { openRecording } from '../../src/read/index.ts';
import { Cli, program } from './support/cli.ts';

const cli = new Cli();
afterAll(() => cli[Symbol.dispose]());

it('records the rigid world', async () => {
  const args = ['record', 'rigid', '--bodies', '5', '--steps', '20', '--seed', '3', '--path', 'rigid.db'];
  const { code, stdout, stderr } = await cli.run(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/inertial_state +100 rows/);
  using recording = await openRecording(cli.path('rigid.db'));
  expect(recording.runs()).toMatchObject([{ world: 'rigid', seed: '3', state: 'ended' }]);
});

it('refuses what a world has no use for, and says what it takes', async () => {
  for (const [args, message] of [
    [['rigid', '--agents', '2'], /^simtape: rigid takes no --agents; it takes --bodies, --steps, --seed\n$/],
    [['plume', '--bodies', '2'], /^simtape: plume takes no --bodies; it takes --episodes, /],
    [['rigid', '--bodies', 'many'], /--bodies takes a whole number from 0 on/],
  ] as const) {
    const { code, stderr } = await cli.run(['record', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  }
});

it('says in one line what to install where Rapier is missing, and begins no recording', async () => {
  const hidden = pathToFileURL(program('no-rapier.ts')).href;
  const { code, stdout, stderr } = await cli.run(['record', 'rigid', '--out', 'none'], {
    env: { NODE_OPTIONS: `--import ${hidden}` },
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^simtape: the rigid world needs .* npm install @dimforge\/rapier3d-compat\n$/);
  expect(existsSync(cli.path('none'))).toBe(false);
});
