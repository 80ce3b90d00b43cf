import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BaseRecorder, NullRecorder, RecorderFactory } from '../../src/index.ts';
import { openRecording } from '../../src/read/index.ts';
import { rejection, scratch } from '../backends/scratch.ts';

it.each(['parquet', 'hdf5', 'sqlite'])(
  '%s: exports its run while it records, and after it',
  async (backend) => {
    const folder = scratch();
    const recorder = RecorderFactory.createRecorder({ backend, output_dir: folder });
    for (const episode of [1, 2, 3]) {
      for (let i = 0; i < 10; i++) recorder.recordStep({ reward: episode + i / 10 }, i, episode);
      recorder.recordEpisode({ success: episode === 2 }, episode);
    }
    const ndjson = join(folder, 'second.ndjson');
    expect(await recorder.exportData(ndjson, { filterEpisodes: [2] })).toBe(true);
    const lines = readFileSync(ndjson, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { reward: number }).reward)).toEqual(
      Array.from({ length: 10 }, (_, i) => 2 + i / 10),
    );
    recorder.recordStep({ reward: 9 }, 0, 4);
    await recorder.close();
    const database = join(folder, 'all.db');
    expect(await recorder.exportData(database, { format: 'sqlite' })).toBe(true);
    using recording = await openRecording(database);
    expect(recording.runs()).toMatchObject([{ runId: recorder.runId, episodes: 4, steps: 31 }]);
  },
);

it('sqlite: exports its own run of a file that has several', async () => {
  const folder = scratch();
  const path = join(folder, 'flight.db');
  for (const reward of [1, 2]) {
    await using recorder = RecorderFactory.createRecorder({ backend: 'sqlite', path });
    recorder.recordStep({ reward }, 0);
    const file = join(folder, `${reward}.ndjson`);
    await recorder.exportData(file);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ reward });
  }
});

it('rejects with the reason where there is nothing to export', async () => {
  const path = join(scratch(), 'out.parquet');
  const error = await rejection('ExportFailed', new NullRecorder().exportData(path));
  expect(error.message).toMatch(/the backend none leaves nothing/);
  expect(existsSync(path)).toBe(false);
});

it('a recorder that stores its rows itself exports them itself', async () => {
  const calls: unknown[] = [];
  class Own extends BaseRecorder {
    rows = 0;

    protected override writeStepData(rows: readonly object[]): number {
      this.rows += rows.length;
      return 1;
    }

    protected override writeEpisodeData(): number {
      return 0;
    }

    protected override exportDataBackend(path: string, options: object): boolean {
      calls.push([path, options, this.rows]);
      return path !== 'refused';
    }
  }
  await using recorder = new Own();
  recorder.recordStep({ reward: 1 }, 0);
  expect(await recorder.exportData('anywhere', { format: 'csv' })).toBe(true);
  expect(calls).toEqual([['anywhere', { format: 'csv' }, 1]]);
  const error = await rejection('ExportFailed', recorder.exportData('refused'));
  expect(error.message).toMatch(/exportDataBackend of Own said no/);
});
