import { SimtapeError } from '../../errors.ts';
import type { Reader, RecordedRow, Run } from '../../read/index.ts';
import { noSuchRun } from '../../read/select.ts';
import { Sum } from '../../read/statistics/sum.ts';
import { FRAMES, frameColumn } from '../../schema/time-source.ts';
import type { Outcome } from '../outcome.ts';
import type { Rows } from './scan.ts';

/** What the energy is, and how far it may stray. */
export interface EnergyOptions extends Rows {
  /** How far the energy may be from its first value, as a share of that. */
  readonly within: number;
  /** Default `system_energy`. */
  readonly table?: string;
  /**
   * A column, or what a row's energy is; energies of rows of the same frame are added up, so that a table of bodies
   * will do. Default `total`.
   */
  readonly energy?: string | ((row: RecordedRow) => number);
  /** What the drift is a share of, where that is not the first value: needed where the energy starts at 0. */
  readonly scale?: number;
}

/** Energy of one frame, or of one row of a table without frames. */
interface Level {
  readonly at: string;
  readonly energy: number;
}

/** Whether the energy stays within a share of its first value, in each run. */
export async function checkEnergy(reader: Reader, options: EnergyOptions): Promise<Outcome> {
  const { within, table = 'system_energy' } = options;
  if (!(within >= 0)) throw refusal('within', within, 'takes a share from 0 on, as 0.01');
  const runs = reader.runs().filter(({ runId }) => options.run === undefined || options.run === runId);
  if (runs.length === 0)
    throw noSuchRun(
      options.run ?? '',
      reader.runs().map(({ runId }) => runId),
    );
  let largest = 0;
  for (const run of runs) {
    const drift = await driftOf(reader, run, table, options);
    if (drift === null) return { pass: false, message: `${table} has no rows in run ${run.runId}` };
    if (!(drift.share <= within)) return { pass: false, message: `${drift.message}, more than ${within}` };
    largest = Math.max(largest, drift.share);
  }
  return {
    pass: true,
    message: `the energy drifts by ${largest} of its first value at most, within ${within}`,
  };
}

/** The largest drift of a run, or the first that is no number. */
async function driftOf(
  reader: Reader,
  run: Run,
  table: string,
  { scale, ...options }: EnergyOptions,
): Promise<{ share: number; message: string } | null> {
  let first: number | null = null;
  let worst: { share: number; message: string } | null = null;
  for await (const { at, energy } of levels(reader, run, table, options)) {
    first ??= energy;
    const unit = Math.abs(scale ?? first);
    if (unit === 0) throw refusal('scale', scale, `the energy starts at 0: say what the drift is a share of`);
    const share = Math.abs(energy - first) / unit;
    if (worst !== null && share <= worst.share) continue;
    worst = { share, message: `the energy is ${energy} in ${at}, after ${first}: it drifts by ${share}` };
    if (Number.isNaN(share)) return worst;
  }
  return worst;
}

async function* levels(
  reader: Reader,
  run: Run,
  table: string,
  { energy = 'total', where }: EnergyOptions,
): AsyncGenerator<Level, void> {
  const source = reader.table(table);
  const frame = table === FRAMES ? source.info.id : (frameColumn(source.info)?.name ?? null);
  const read = typeof energy === 'string' ? (row: RecordedRow) => Number(row[energy]) : energy;
  const select = typeof energy === 'string' ? { select: [...(frame === null ? [] : [frame]), energy] } : {};
  let current: { frame: unknown; sum: Sum } | null = null;
  let number = 0;
  const rows = source.rows({ run: run.runId, ...select, ...(where === undefined ? {} : { where }) });
  for await (const row of rows) {
    const id = frame === null ? number++ : row[frame];
    if (current !== null && current.frame !== id) {
      yield levelOf(current, table, frame);
      if (frame !== null && (id as number) < (current.frame as number))
        throw refusal('table', table, `rows of frame ${id} come after those of frame ${current.frame}`);
    }
    if (current === null || current.frame !== id) current = { frame: id, sum: new Sum() };
    current.sum.add(read(row));
  }
  if (current !== null) yield levelOf(current, table, frame);
}

function levelOf(current: { frame: unknown; sum: Sum }, table: string, frame: string | null): Level {
  const at = frame === null ? `row ${current.frame} of ${table}` : `${table} at ${frame} ${current.frame}`;
  return { at, energy: current.sum.value };
}

function refusal(key: string, value: unknown, why: string): SimtapeError<'InvalidConfig'> {
  return new SimtapeError('InvalidConfig', `${key} = ${value}: ${why}`, { key, value });
}
