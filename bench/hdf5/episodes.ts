import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createRecorder } from '../../src/index.ts';
import { openRecording } from '../../src/read/index.ts';
import { figure, type ReportTable, type Target } from '../report.ts';

const STEPS = 10;

/** Many tiny episodes: what they take, written through a recorder and read back. Seconds are those of the processor. */
export async function manyEpisodes(
  folder: string,
  episodes: number,
): Promise<{ table: ReportTable; target: Target }> {
  const path = join(folder, 'episodes.h5');
  const writing = await processorSeconds(() => write(path, episodes));
  let one = Number.NaN;
  let all = Number.NaN;
  const opening = await processorSeconds(async () => {
    using reader = await openRecording(path);
    const steps = reader.table('steps');
    one = await processorSeconds(() => steps.columns({ select: ['reward'] }));
    all = await processorSeconds(() => steps.columns());
  });
  const count = episodes.toLocaleString('en-US');
  return {
    table: {
      caption: `${count} episodes of ${STEPS} steps, seconds of the processor`,
      head: ['written', 'opened', 'one column read', 'all columns read', 'MB', 'KB an episode'],
      rows: [
        [
          figure(writing),
          figure(opening - one - all),
          figure(one),
          figure(all),
          figure(statSync(path).size / 1e6),
          figure(statSync(path).size / 1e3 / episodes),
        ],
      ],
    },
    target: {
      what: `One column of ${count} episodes of ${STEPS} steps, read from HDF5`,
      target: 'at most 3 s',
      figure: `${figure(one)} s`,
      met: one <= 3,
    },
  };
}

async function write(path: string, episodes: number): Promise<void> {
  const recorder = await createRecorder({ backend: 'hdf5', path });
  for (let episode = 1; episode <= episodes; episode++) {
    for (let step = 0; step < STEPS; step++) {
      const position = [step, episode];
      const wind = [1, 2, step];
      const reward = Math.sin(step * episode);
      const data = { position, orientation: step / 3, reward, action: { turn: step }, wind };
      recorder.recordStep(data, step, episode);
    }
    recorder.recordEpisode({ success: episode % 2 === 0 }, episode);
  }
  await recorder.close();
}

async function processorSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
