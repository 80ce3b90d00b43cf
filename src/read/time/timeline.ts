import { SimtapeError } from '../../errors.ts';
import { FRAMES, frameColumn, timeSource } from '../../schema/time-source.ts';
import type { Reader } from '../reader.ts';
import { findTable, noSuchRun } from '../select.ts';
import { FrameTimeline } from './frame-timeline.ts';
import type { MomentOptions, Timeline } from './moment.ts';
import { StepTimeline } from './step-timeline.ts';

const STEPS = 'steps';

/** Listing the runs of a SQLite file counts the rows of each. */
const runsOf = new WeakMap<Reader, readonly string[]>();

/**
 * The moments of a recording: of an episode, its steps; else its frames.
 *
 * @throws `NotFound` for a run or table that there is not; `InvalidConfig` where a run has to be named, where there are no
 * frames, or where a table does not tell the time of its rows
 */
export function timelineOf(reader: Reader, options: MomentOptions): Timeline {
  const run = onlyRun(reader, options.run);
  return options.episode === undefined
    ? frameTimeline(reader, run, options)
    : stepTimeline(reader, run, options.episode, options);
}

function frameTimeline(reader: Reader, run: string, { tables, frames }: MomentOptions): Timeline {
  const all = reader.tables();
  if (!all.some(({ name }) => name === FRAMES)) {
    throw new SimtapeError(
      'InvalidConfig',
      `${reader.path} has no frames: name an episode, whose steps are taken instead`,
      { key: 'episode', value: undefined },
    );
  }
  const framed = all.filter((info) => frameColumn(info) !== null);
  const names = tables ?? framed.map(({ name }) => name);
  const columns = names.map((name) => {
    const column = frameColumn(findTable(reader.path, all, name));
    if (column !== null) return { name, column: column.name };
    const known = framed.map((info) => info.name).join(', ') || 'none';
    throw refusedTable(name, `does not refer to frames; tables that do: ${known}`);
  });
  return new FrameTimeline(reader, run, columns, frames);
}

function stepTimeline(
  reader: Reader,
  run: string,
  episode: number,
  { tables = [STEPS], frames }: MomentOptions,
): Timeline {
  const other = tables.find((name) => name !== STEPS);
  if (other !== undefined) throw refusedTable(other, 'has no steps of an episode; only the table steps has');
  if (frames !== undefined) {
    throw new SimtapeError('InvalidConfig', 'episode and frames: take one of them', {
      key: 'frames',
      value: frames,
    });
  }
  const source = timeSource(findTable(reader.path, reader.tables(), STEPS));
  if (source !== null) return new StepTimeline(reader, run, episode, source.column.name);
  throw new SimtapeError(
    'InvalidConfig',
    'the steps have not recorded the time of simulation: give recordStep a simulation_time or time',
    { key: 'episode', value: episode },
  );
}

function refusedTable(name: string, why: string): SimtapeError<'InvalidConfig'> {
  return new SimtapeError('InvalidConfig', `table ${name} ${why}`, { key: 'tables', value: name });
}

function onlyRun(reader: Reader, wanted: string | undefined): string {
  let runs = runsOf.get(reader);
  if (runs === undefined) {
    runs = reader.runs().map(({ runId }) => runId);
    runsOf.set(reader, runs);
  }
  if (wanted !== undefined) {
    if (!runs.includes(wanted)) throw noSuchRun(wanted, runs);
    return wanted;
  }
  if (runs.length === 1) return runs[0]!;
  throw new SimtapeError(
    'InvalidConfig',
    `${reader.path} has ${runs.length} runs, whose clocks are their own; name one (run): ${runs.join(', ')}`,
    { key: 'run', value: undefined },
  );
}
