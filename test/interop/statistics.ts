/**
 * Records two runs, in Parquet and in SQLite, and writes what simtape's statistics say of them, for statistics.py:
 * `node test/interop/statistics.ts FOLDER`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRecorder, type Recorder } from '../../src/index.ts';
import { columnStatistics, openRecording, trajectoryStatistics } from '../../src/read/index.ts';

const EPISODES = 3;
const STEPS = 2000;

/** Spirals of two agents around a place far from the origin, where sums of squares would cancel. */
function simulate(recorder: Recorder): void {
  for (let episode = 1; episode <= EPISODES; episode++) {
    for (let step = 0; step < STEPS; step++) {
      for (const agent of [0, 1]) {
        const angle = step / (20 + agent);
        const radius = (episode + step / 500) * (1 + agent);
        recorder.recordStep(
          {
            agent_id: agent,
            timestamp: 1_700_000_000 + episode * 1000 + step / 10,
            position: [1e6 + radius * Math.cos(angle), radius * Math.sin(angle)],
            reward: Math.sin(step * 1.7) / 3,
            height: 1e9 + Math.sin(step),
            ...(step % 7 === 0 ? {} : { wind: step % 11 === 0 ? Number.NaN : step / 9 }),
            hit: step % 3 === 0,
            mode: ['cast', 'surge', 'hold'][((step * step) % 5) % 3]!,
          },
          step,
          episode,
        );
      }
    }
  }
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('give the folder to write to');
const expected: Record<string, unknown> = {};
for (const backend of ['parquet', 'sqlite'] as const) {
  const path = join(folder, backend === 'parquet' ? 'run' : 'run.db');
  const recorder = await createRecorder({ backend, path });
  simulate(recorder);
  await recorder.close();
  using reader = await openRecording(path);
  expected[backend] = {
    columns: (await columnStatistics(reader, 'steps')).map(({ column, rows, nulls, values }) => ({
      name: column.name,
      rows,
      nulls,
      ...values,
    })),
    trajectories: await trajectoryStatistics(reader),
  };
}
const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value);
writeFileSync(join(folder, 'expected.json'), JSON.stringify(expected, plain));
