import { SimtapeError } from '../../errors.ts';
import type { Reader, Run, TableInfo } from '../../read/index.ts';
import { FRAMES, frameColumn } from '../../schema/time-source.ts';
import { nameRow, type Outcome } from '../outcome.ts';
import { numberAt, partsOf, type Rows, scan } from './scan.ts';

/** What rest is. */
export interface RestOptions extends Rows {
  /** Speed below which something rests, in the unit of the velocity. */
  readonly speed: number;
  /** For how many of the last frames of a run. */
  readonly frames: number;
  /** Default `inertial_state`. */
  readonly table?: string;
  /** A vector, or a column of numbers. Default `velocity`. */
  readonly velocity?: string;
}

/** Whether everything that a table has rows of in the last frames of a run is slower than a speed there. */
export async function checkRest(
  reader: Reader,
  { speed, frames, table = 'inertial_state', velocity = 'velocity', ...rows }: RestOptions,
): Promise<Outcome> {
  const { info } = reader.table(table);
  const frame = frameColumn(info);
  if (frame === null)
    throw refusal('table', table, `has no reference to ${FRAMES}, which says what the last frames are`);
  if (!(speed > 0)) throw refusal('speed', speed, 'takes a number above 0');
  if (!(Number.isInteger(frames) && frames > 0))
    throw refusal('frames', frames, 'takes an integer from 1 on');
  let checked = 0;
  for (const run of reader.runs().filter(({ runId }) => rows.run === undefined || rows.run === runId)) {
    if (run.frames < frames) {
      return { pass: false, message: `run ${run.runId} has ${run.frames} frames, fewer than ${frames}` };
    }
    const from = await firstOfLast(reader, run, frames);
    const where = { ...rows.where, frame: { from } };
    const found = await fastest(reader, info, velocity, { run: run.runId, where });
    if (found.rows === 0) {
      return {
        pass: false,
        message: `${table} has no rows in the last ${frames} frames of run ${run.runId}`,
      };
    }
    if (!(found.speed < speed)) {
      const message = `speed is ${found.speed} in ${found.row}, not below ${speed}, in the last ${frames} frames`;
      return { pass: false, message };
    }
    checked += found.rows;
  }
  return {
    pass: true,
    message: `all of ${checked} rows of the last ${frames} frames are slower than ${speed}`,
  };
}

/** The id of the first of the last frames of a run. */
async function firstOfLast(reader: Reader, run: Run, frames: number): Promise<number> {
  const { info } = reader.table(FRAMES);
  let passed = run.frames - frames;
  for await (const { rows, columns } of reader
    .table(FRAMES)
    .batches({ run: run.runId, select: [info.id!] })) {
    if (passed < rows) return columns[info.id!]!.values[passed] as number;
    passed -= rows;
  }
  return Number.POSITIVE_INFINITY;
}

/** The row with the greatest speed, a NaN before all. */
async function fastest(
  reader: Reader,
  info: TableInfo,
  velocity: string,
  rows: Rows,
): Promise<{ rows: number; speed: number; row: string }> {
  const parts = partsOf(info, velocity);
  const others = info.columns.filter(({ kind }) => kind === 'ref').map(({ name }) => name);
  const found = { rows: 0, speed: Number.NEGATIVE_INFINITY, row: '' };
  for await (const { run, batch } of scan(reader, info.name, [...parts, ...others], rows)) {
    found.rows += batch.rows;
    let at = -1;
    for (let row = 0; row < batch.rows; row++) {
      const speed = Math.hypot(...parts.map((name) => numberAt(batch.columns[name]!, row)));
      if (speed <= found.speed || Number.isNaN(found.speed)) continue;
      found.speed = speed;
      at = row;
    }
    if (at < 0) continue;
    const frame = frameColumn(info)!.name;
    const refs = others
      .filter((name) => name !== frame)
      .map((name) => `${name} ${batch.columns[name]!.values[at]}`);
    const named = await nameRow(reader, run, info, batch, at);
    found.row = refs.length === 0 ? named : `${named}, ${refs.join(', ')}`;
  }
  return found;
}

function refusal(key: string, value: unknown, why: string): SimtapeError<'InvalidConfig'> {
  return new SimtapeError('InvalidConfig', `${key} = ${value}: ${why}`, { key, value });
}
