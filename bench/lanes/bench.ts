import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createRecorder } from '../../src/index.ts';
import { figure, type Report, type Scale, times } from '../report.ts';
import { interleave, median, pairedRatio, type Subject } from '../statistics.ts';
import type { LaneTask } from './lane-worker.ts';

const LANES = [1, 2, 3, 4];
const DISCARD = new URL('../discard-backend.ts', import.meta.url);
const name = (lanes: number) => `${lanes} lane${lanes === 1 ? '' : 's'}`;

export async function bench({ quick }: Scale): Promise<Report> {
  const frames = quick ? 1_000 : 5_000;
  const figures = await interleave(
    LANES.map((lanes) => subject(lanes, frames)),
    quick ? 3 : 7,
    1,
  );
  const alone = figures.get(name(1))!;
  const rows = LANES.map((lanes) => {
    const measured = figures.get(name(lanes))!;
    return [name(lanes), figure(median(measured)), times(pairedRatio(measured, alone))];
  });
  return {
    title: 'Lanes',
    text: TEXT,
    tables: [{ caption: 'One row', head: ['', 'ns of processor time', 'ratio to one lane'], rows }],
    targets: [],
  };
}

/** Nanoseconds of a thread's processor time for a row, on the average of all lanes. */
function subject(lanes: number, frames: number): Subject {
  const measure = async (): Promise<number> => {
    await using recorder = await createRecorder({ backend: DISCARD });
    const results = Array.from({ length: lanes }, async () => {
      const handle = recorder.attach();
      const task: LaneTask = { handle, frames };
      const worker = new Worker(new URL('./lane-worker.ts', import.meta.url), {
        workerData: task,
        transferList: [handle.port],
        execArgv: ['--disable-warning=ExperimentalWarning'],
      });
      const [ns] = (await once(worker, 'message')) as [number];
      await once(worker, 'exit');
      return ns;
    });
    const all = await Promise.all(results);
    return all.reduce((sum, ns) => sum + ns, 0) / lanes;
  };
  return { name: name(lanes), measure };
}

const TEXT = [
  'What a row costs the thread that appends it when several threads record into one recorder, each through its own ' +
    "lane: frames of 100 rows of 22 columns, a simulation's work (about as long as the rows take) before each, a " +
    'discarding backend. Lanes share no words while they append but the epoch, which the writer advances once a ' +
    'commit. Processor time of the thread, not wall-clock time: the machine has fewer cores than there are threads, ' +
    "counting the writer's. The loop that makes the rows is in the figures.",
];
