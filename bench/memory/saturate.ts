import { createRecorder, isSimtapeError } from '../../src/index.ts';
import { BodyState, bodyRow } from '../bodies.ts';
import { BODIES_PER_FRAME, makeState, walk } from '../state.ts';

/** What a saturated recorder took. Sizes in MB (2^20 bytes). */
export interface Saturation {
  readonly allocated: number;
  /** The largest figure of the second half of the run less that of the first half. */
  readonly drift: number;
  readonly limit: number;
  readonly rssGrowth: number;
  readonly produced: number;
  readonly written: number;
  readonly dropped: number;
  readonly stalled: number;
  readonly seconds: number;
  readonly longestStall: number;
  /** Whether the recorder gave up waiting. */
  readonly gaveUp: boolean;
}

/** Records ten times as fast as the backend takes rows. Arguments: policy, seconds, rows a second of the backend. */
const [overflow, secondsText, diskText] = process.argv.slice(2);
const seconds = Number(secondsText);
const disk = Number(diskText);
const recorder = await createRecorder({
  backend: new URL('../discard-backend.ts', import.meta.url),
  options: { rowsPerSecond: disk },
  overflow: overflow as 'block' | 'drop-newest',
});
const table = recorder.table(BodyState);
const state = makeState();
const megabyte = 2 ** 20;
const halves = [0, 0];
let random = 1;
let longestStall = 0;
let gaveUp = false;

// The loop is warm, and the heap has its size, before memory is looked at.
for (let i = 0; i < 500; i++) {
  record();
  if (i % 10 === 0) recorder.flushSync();
}
recorder.flushSync();
globalThis.gc?.();
const rssBefore = process.memoryUsage.rss();
let rss = rssBefore;
const before = recorder.metrics();
longestStall = 0;
const start = performance.now();
const elapsed = () => (performance.now() - start) / 1000;
let frames = 0;
while (elapsed() < seconds && !gaveUp) {
  // A pace of ten times the disk's, whatever this machine could do.
  if ((frames * BODIES_PER_FRAME) / (10 * disk) > elapsed()) continue;
  record();
  if (++frames % 50 === 0) look();
}
const took = elapsed();
look();
const { buffer, tables, stallMs } = recorder.metrics();
const rows = tables.body_state!;
process.stdout.write(
  JSON.stringify({
    allocated: Math.max(...halves) / megabyte,
    drift: (halves[1]! - halves[0]!) / megabyte,
    limit: buffer.bytesLimit / megabyte,
    rssGrowth: (rss - rssBefore) / megabyte,
    produced: frames * BODIES_PER_FRAME,
    written: rows.written - before.tables.body_state!.written,
    dropped: rows.dropped - before.tables.body_state!.dropped,
    stalled: (stallMs - before.stallMs) / 1000,
    seconds: took,
    longestStall,
    gaveUp,
  } satisfies Saturation),
);
// What is in the buffers is of no interest, and a slow disk would take its time for it.
process.kill(process.pid, 'SIGKILL');

function record(): void {
  const began = performance.now();
  random = walk(state, random);
  try {
    recorder.recordFrame(random);
    for (let body = 0; body < BODIES_PER_FRAME; body++) table.append(bodyRow(state, body));
  } catch (error) {
    if (!isSimtapeError(error, 'Backpressure')) throw error;
    gaveUp = true;
  }
  longestStall = Math.max(longestStall, (performance.now() - began) / 1000);
}

function look(): void {
  const half = elapsed() < seconds / 2 ? 0 : 1;
  halves[half] = Math.max(halves[half]!, recorder.metrics().buffer.bytesAllocated);
  rss = Math.max(rss, process.memoryUsage.rss());
}
