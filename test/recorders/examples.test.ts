import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { createRecorder } from '../../src/index.ts';
import { rejection, scratch } from '../backends/scratch.ts';
import { readNdjson } from './ndjson.ts';

const run = promisify(execFile);
const NDJSON = new URL('../../examples/ndjson-backend.ts', import.meta.url);

/** Runs an example in a folder of its own. */
async function example(name: string): Promise<{ stdout: string; folder: string }> {
  const folder = scratch();
  const program = fileURLToPath(new URL(`../../examples/${name}.ts`, import.meta.url));
  const { stdout, stderr } = await run(process.execPath, [program], { cwd: folder });
  expect(stderr).toBe('');
  return { stdout, folder };
}

it('a backend as a module writes a line for each row', async () => {
  const { stdout, folder } = await example('ndjson-backend');
  const path = /^recorded to (.+)$/m.exec(stdout)![1]!;
  const { runId, end, tables } = readNdjson(join(folder, path));
  expect(runId).toMatch(/^run_/);
  expect(end).toBeGreaterThan(1.7e9);
  expect(tables.steps!.map(({ step_number }) => step_number)).toEqual(
    Array.from({ length: 1000 }, (_, i) => BigInt(i)),
  );
  expect(tables.episodes).toMatchObject([{ total_steps: 1000n }]);
});

it('that backend fails as others do where its file is there already', async () => {
  const path = join(scratch(), 'walk.ndjson');
  await (await createRecorder({ backend: NDJSON, path })).close();
  await expect(createRecorder({ backend: NDJSON, path })).rejects.toMatchObject({
    tag: 'CannotOpen',
    cause: { code: 'EEXIST' },
  });
  const recorder = await createRecorder({ backend: NDJSON, path: join(scratch(), 'other.ndjson') });
  await rejection('QueryFailed', recorder.executeQuery('SELECT 1'));
  await recorder.close();
});

it('a backend as a class stores what it wants of the rows', async () => {
  const { stdout, folder } = await example('custom-recorder');
  expect(stdout).toMatch(/^recorded \d+ bytes of summaries/);
  const summaries = readFileSync(join(folder, 'recordings', 'summaries.csv'), 'utf8');
  const [head, ...rows] = summaries.trimEnd().split('\n');
  expect(head).toBe('episode_id,total_steps,total_reward,success');
  expect(rows.map((row) => row.split(',')[0])).toEqual(['1', '2', '3', '4', '5']);
  expect(readFileSync(join(folder, 'recordings', 'exported.csv'), 'utf8')).toBe(summaries);
});
