import { inFolder } from '../folder.ts';
import type { Scale } from '../report.ts';
import { figure, type Report, type ReportTable, type Target, times } from '../report.ts';
import { interleave, median, pairedRatio, percentile } from '../statistics.ts';
import { burst, CallTimes, type Condition, frameOfRows } from './conditions.ts';
import { makeLoops } from './loops.ts';
import { openMcapRows, timeMcap } from './mcap-row.ts';
import { type AppendSubject, BARE, bareSubject, DISCARD, recorderSubjects, SQLITE } from './subjects.ts';

const CONDITIONS: Condition[] = [
  { name: 'hot, 2,000 rows', frames: 20, fresh: false, paced: false },
  { name: 'hot, 20,000 rows', frames: 200, fresh: false, paced: false },
  { name: 'paced', frames: 40, fresh: false, paced: true },
  { name: 'hot, 2,000, with making the row', frames: 20, fresh: true, paced: false },
  { name: 'paced, with making the row', frames: 40, fresh: true, paced: true },
];
const MCAP = 'MCAP addMessage';

export async function bench({ quick }: Scale): Promise<Report> {
  return inFolder(async (folder) => {
    const ours = await recorderSubjects(folder);
    const mcap = await mcapSubject();
    const tables: ReportTable[] = [];
    const targets: Target[] = [];
    const means: string[][] = [BARE, ...ours.map(({ name }) => name), MCAP].map((name) => [name]);
    await warmUp(ours);
    for (const condition of CONDITIONS) {
      const subjects = [bareSubject(condition.frames * 100), ...ours];
      const measured = [
        ...subjects.map((subject) => ({ name: subject.name, measure: () => burst(subject, condition) })),
        { name: MCAP, measure: () => mcap(condition) },
      ];
      const figures = await interleave(measured, quick ? 15 : 31, 10);
      const bare = figures.get(BARE)!;
      for (const row of means) {
        const ns = figures.get(row[0]!)!;
        row.push(`${figure(median(ns))} (${times(pairedRatio(ns, bare))})`);
      }
      for (const name of [SQLITE, DISCARD]) {
        const ratio = pairedRatio(figures.get(name)!, bare);
        targets.push({
          what: `append, ${condition.name}, ${name.replace('simtape, ', '')}`,
          target: '<= 1.2 x bare loop',
          figure: times(ratio),
          met: ratio <= 1.2,
        });
      }
    }
    const head = ['ns a row (ratio to the bare loop)', ...CONDITIONS.map(({ name }) => name)];
    tables.push({ caption: 'Mean', head, rows: means });
    for (const condition of CONDITIONS.filter(({ fresh }) => !fresh)) {
      const single = await singleCalls(ours, condition, quick ? 20_000 : 60_000);
      tables.push(single.table);
      targets.push(...single.targets);
    }
    for (const subject of ours) await subject.close();
    return { title: 'Typed append', text: TEXT, tables, targets };
  });
}

const TEXT = [
  'What one `append` of a row of 22 columns (20 f64, an i32, a frame reference) costs the simulation: the state of 100 ' +
    'rigid bodies a frame, `recordFrame` between frames, while the writer thread drains. Beside it: a bare loop that ' +
    'stores the same values of the same row objects into preallocated shared memory and does nothing else; and an ' +
    'MCAP writer for TypeScript that gets the same row as a little-endian message, uncompressed, into memory that is thrown away.',
  'Rows are fresh objects, made the same way for all and kept for a while. *Hot* is a burst of frames without a pause, then a ' +
    'flush that is not timed; *paced* has half a millisecond of arithmetic over a megabyte before each frame. Only the ' +
    'appends of a frame are timed (two clock calls for 100 rows), in the last two columns with the making of the row ' +
    'object. The subjects take turns; figures are medians over the turns, ratios medians of the ratios within one turn.',
  'Single calls are timed by two clock calls around each: the first line is the clock with nothing in between, and ' +
    '"beyond" is what is left of p99.9 after subtracting the median of the clock.',
];

/** What happens once in hundreds of rows (going on in the next stretch of memory) needs many rows to be compiled. */
async function warmUp(ours: readonly AppendSubject[]): Promise<void> {
  const discarding = ours.find(({ name }) => name === DISCARD)!;
  const condition = CONDITIONS.find(({ frames }) => frames === 200)!;
  for (let turn = 0; turn < 40; turn++) await burst(discarding, condition);
}

/** Nanoseconds a row with the peer, which needs no frames. */
async function mcapSubject(): Promise<(condition: Condition) => Promise<number>> {
  const add = await openMcapRows();
  return async ({ frames }) => {
    let ms = 0;
    const measured = Math.min(frames, 20);
    for (let index = 0; index < measured; index++) ms += await timeMcap(add, frameOfRows());
    return (ms / (measured * 100)) * 1e6;
  };
}

async function singleCalls(
  ours: readonly AppendSubject[],
  condition: Condition,
  calls: number,
): Promise<{ table: ReportTable; targets: Target[] }> {
  const clock: AppendSubject = {
    ...bareSubject(100),
    name: 'the clock alone',
    loops: makeLoops(),
    store: () => 0,
  };
  const subjects = [clock, bareSubject(condition.frames * 100), ...ours];
  const perTurn = condition.frames * 100;
  const turns = Math.max(3, Math.round(calls / perTurn));
  const samples = new Map(subjects.map(({ name }) => [name, new CallTimes((turns + 1) * perTurn)]));
  for (let turn = 0; turn <= turns; turn++) {
    for (const subject of subjects) {
      // The first turn warms up.
      if (turn === 1) samples.set(subject.name, new CallTimes(turns * perTurn));
      await samples.get(subject.name)!.take(subject, condition);
    }
  }
  const clockCost = percentile(samples.get(clock.name)!.sorted(), 0.5);
  const targets: Target[] = [];
  const rows = subjects.map(({ name }) => {
    const sorted = samples.get(name)!.sorted();
    const beyond = percentile(sorted, 0.999) - clockCost;
    if (name === SQLITE || name === DISCARD) {
      targets.push({
        what: `p99.9 of a call, ${condition.name}, ${name.replace('simtape, ', '')}`,
        target: '< 1,000 ns beyond the clock',
        figure: `${figure(beyond)} ns`,
        met: beyond < 1000,
      });
    }
    return [name, ...[0.5, 0.99, 0.999].map((share) => figure(percentile(sorted, share))), figure(beyond)];
  });
  const head = [`ns, ${condition.name}`, 'p50', 'p99', 'p99.9', 'p99.9 beyond the clock'];
  return { table: { caption: `Single calls, ${condition.name}`, head, rows }, targets };
}
