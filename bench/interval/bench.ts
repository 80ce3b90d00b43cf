import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createRecorder } from '../../src/index.ts';
import { BodyState, bodyRow } from '../bodies.ts';
import { inFolder } from '../folder.ts';
import { figure, type Report, type Scale, type Target } from '../report.ts';
import { makeState, walk } from '../state.ts';

const INTERVALS = [10, 30, 100, 300, 1000];
const BODIES = [10, 100];
const FRAME_MS = 1000 / 60;
const MOST_MEMORY_MB = 100;
const SLOWEST_COMMIT_MS = 10;

interface Measured {
  readonly commits: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Buffers, and the whole process beyond what it was before the recorder opened, at their largest. */
  readonly bufferMb: number;
  readonly processMb: number;
  /** Processor time of all threads, as a share of one core. */
  readonly load: number;
  /** The time that the most frames span that were seen waiting for their commit. */
  readonly oldestMs: number;
}

export async function bench({ quick }: Scale): Promise<Report> {
  return inFolder(async (folder) => {
    const rows: string[][] = [];
    const targets: Target[] = [];
    // The first recorder of a process pays for what all of them use.
    await measure(join(folder, 'warm-up.db'), 10, 100, 1);
    for (const bodies of BODIES) {
      for (const interval of INTERVALS) {
        const path = join(folder, `${bodies}-${interval}.db`);
        const measured = await measure(path, bodies, interval, quick ? 3 : 12);
        rows.push(row(bodies, interval, measured));
        if (interval === 100) targets.push(...decisions(bodies, measured));
      }
    }
    return {
      title: 'Flush interval',
      text: TEXT,
      tables: [{ caption: 'Paced frames into SQLite', head: HEAD, rows }],
      targets,
    };
  });
}

/** Records frames at 60 a second, as a simulation in real time does. */
async function measure(
  path: string,
  bodies: number,
  flushIntervalMs: number,
  seconds: number,
): Promise<Measured> {
  const state = makeState();
  const before = process.memoryUsage.rss();
  const recorder = await createRecorder({ path, flushIntervalMs });
  const { append } = recorder.table(BodyState);
  let [bufferMb, processMb, oldestMs] = [0, 0, 0];
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let frame = 1; frame <= seconds * 60; frame++) {
    recorder.recordFrame(frame / 60);
    walk(state, frame);
    for (let body = 0; body < bodies; body++) append(bodyRow(state, body));
    recorder.endFrame();
    const { tables, buffer } = recorder.metrics();
    oldestMs = Math.max(oldestMs, tables.simulation_frame!.pending * FRAME_MS);
    bufferMb = Math.max(bufferMb, buffer.bytesAllocated / 2 ** 20);
    processMb = Math.max(processMb, (process.memoryUsage.rss() - before) / 2 ** 20);
    await delay(Math.max(0, start + frame * FRAME_MS - performance.now()));
  }
  const used = process.cpuUsage(cpu);
  const load = (used.user + used.system) / 1000 / (performance.now() - start);
  const { commits, commitLatencyMs } = recorder.metrics();
  await recorder.close();
  return { commits: commits / seconds, ...commitLatencyMs, bufferMb, processMb, load, oldestMs };
}

const HEAD = [
  'bodies, interval',
  'commits/s',
  'commit p50 ms',
  'p99 ms',
  'max ms',
  'buffers MB',
  'process MB more',
  'of a core',
  'not yet safe, ms',
];

function row(bodies: number, interval: number, measured: Measured): string[] {
  const { commits, p50, p99, max, bufferMb, processMb, load, oldestMs } = measured;
  return [
    `${bodies} bodies, ${interval.toLocaleString('en-US')} ms`,
    ...[commits, p50, p99, max, bufferMb, processMb].map(figure),
    `${figure(load * 100)} %`,
    figure(oldestMs),
  ];
}

function decisions(bodies: number, { p99, bufferMb }: Measured): Target[] {
  const what = `100 ms, ${bodies} bodies`;
  return [
    {
      what: `${what}: memory for what is not written`,
      target: `< ${MOST_MEMORY_MB} MB`,
      figure: `${figure(bufferMb)} MB`,
      met: bufferMb < MOST_MEMORY_MB,
    },
    {
      what: `${what}: 99th percentile of a commit`,
      target: `< ${SLOWEST_COMMIT_MS} ms`,
      figure: `${figure(p99)} ms`,
      met: p99 < SLOWEST_COMMIT_MS,
    },
  ];
}

const TEXT = [
  'How long to collect before a commit: frames at 60 a second, one after another as in real time, each with a state ' +
    'of 20 numbers a body, into SQLite (WAL, synchronous NORMAL). Commits are timed in the writer thread; `process ' +
    'MB more` is resident memory beyond that before the recorder opened, the highest seen (what earlier rows of the ' +
    'table left behind is in it); `not yet safe` is the longest stretch of frames that was seen waiting for its commit.',
  'A longer interval saves processor time and risks more: what a `kill -9` takes is at most what came since the last ' +
    'commit. Memory is no argument at these rates: a full segment (six frames of 100 bodies) calls for a commit earlier than ' +
    'a long interval does. So 100 ms stays the default: half of its commits take less than 2 ms, and a tenth ' +
    'of a second is what can be lost.',
];
