import { afterAll, expect, it } from 'vitest';
import { openRecording, type Run } from '../../src/read/index.ts';
import { Cli, program } from './support/cli.ts';

const cli = new Cli();
afterAll(() => cli[Symbol.dispose]());

interface Recorded {
  path: string;
  interrupted: string;
  forced?: boolean;
  tables: { steps: { submitted: number | null; written: number; dropped: number | null } };
}

async function runOf(path: string): Promise<Run> {
  using recording = await openRecording(path);
  return recording.runs()[0]!;
}

it('ends a synchronous endless loop on SIGINT, with all rows written', async () => {
  const { child, done, printed } = cli.start(['record', program('endless.ts'), '--path', 'loop.db']);
  await printed('looping');
  child.kill('SIGINT');
  const { code, stdout, stderr } = await done;
  expect(code).toBe(130);
  expect(stderr).toBe('simtape: stopping, once all rows are written; Ctrl-C again stops at once\n');
  const run = await runOf(cli.path('loop.db'));
  expect(run).toMatchObject({ state: 'ended', episodes: 1 });
  expect(run.steps).toBeGreaterThan(1000);
  const rows = (run.steps + 1).toLocaleString('en-US');
  expect(stdout).toContain(`stopped; ${rows} rows are safe in loop.db\n`);
});

it('ends between two frames, not within one', async () => {
  const { child, done, printed } = cli.start(['record', program('frames.ts'), '--path', 'frames.db']);
  await printed('looping');
  child.kill('SIGINT');
  expect(await done).toMatchObject({ code: 130 });
  using recording = await openRecording(cli.path('frames.db'));
  const [frames, bodies] = recording.tables().map(({ rows }) => rows);
  expect(bodies).toBe(frames! * 1000);
});

it('ends on SIGTERM with the one JSON object', async () => {
  const { child, done, printed } = cli.start(['record', program('endless.ts'), '--json']);
  await printed('looping');
  child.kill('SIGTERM');
  const { code, stdout } = await done;
  expect(code).toBe(143);
  const { path, interrupted, tables } = JSON.parse(stdout) as Recorded;
  expect(interrupted).toBe('SIGTERM');
  const { submitted, written, dropped } = tables.steps;
  expect({ written, dropped }).toEqual({ written: submitted, dropped: 0 });
  expect(await runOf(path)).toMatchObject({ state: 'ended', steps: written });
});

it('ends a simulation that waits, by its abort signal', async () => {
  const { child, done, printed } = cli.start(['record', program('waiting.ts')]);
  await printed('waiting');
  child.kill('SIGINT');
  const { code, stdout } = await done;
  expect(code).toBe(130);
  expect(stdout).toContain('stopped; 2 rows are safe in simulation_data/runs/run_');
});

it('ends a simulation by force on the second signal, with what was committed', async () => {
  const { child, done, printed } = cli.start(['record', program('stubborn.ts'), '--json']);
  await printed('looping');
  child.kill('SIGINT');
  await printed('stopping');
  child.kill('SIGINT');
  const { code, stdout, stderr } = await done;
  expect(code).toBe(130);
  expect(stderr).toMatch(/did not stop after Ctrl-C and was ended by force; 501 rows are safe in/);
  const { path, forced, tables } = JSON.parse(stdout) as Recorded;
  expect(forced).toBe(true);
  expect(tables.steps).toEqual({ submitted: null, written: 500, dropped: null });
  expect(await runOf(path)).toMatchObject({ state: 'crashed', steps: 500 });
});

it('ends the world that records nothing, too', async () => {
  const { child, done, printed } = cli.start(['record', program('endless.ts'), '--backend', 'none']);
  await printed('looping');
  child.kill('SIGINT');
  expect(await done).toMatchObject({ code: 130 });
});
