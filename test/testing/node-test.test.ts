import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { freshPath } from '../backends/scratch.ts';
import { fly } from './flight.ts';

const PROGRAM = fileURLToPath(new URL('programs/node-test.ts', import.meta.url));

it('asserts under node --test, whose report has the message', async () => {
  const path = await fly(freshPath());
  const env = { ...process.env, FLIGHT: path, NODE_OPTIONS: '' };
  const done = spawnSync(process.execPath, ['--test', '--test-reporter=tap', PROGRAM], {
    encoding: 'utf8',
    env,
  });
  expect(done.stdout).toMatch(/# pass 2\n# fail 1\n/);
  expect(done.stdout).toContain('position_y is 0.25 in row id 1 of inertial_state (frame 0, 0 s), below 0.5');
  expect(done.stdout).toMatch(/ok \d - time goes on[\s\S]*not ok \d - bodies stay above the table/);
  expect(done.status).toBe(1);
});
