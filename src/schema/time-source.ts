import type { StoredColumn } from './plan.ts';

/** Name of the table of frames. */
export const FRAMES = 'simulation_frame';

/** How a table says the simulation time of its rows: in a column of its own, or by the frame that a column refers to. */
export interface TimeSource {
  readonly column: StoredColumn;
  readonly through: 'itself' | 'frames';
  /** What a second is in the column's unit; 1 of frames, whose times are in seconds. */
  readonly second: number;
}

interface Columns {
  readonly columns: readonly StoredColumn[];
}

/** Columns that tell the simulation's time where none says so by its clock: fields of steps have no schema. */
const NAMES = ['simulation_time', 'time'];
const SECONDS: Readonly<Record<string, number>> = { s: 1, ms: 1e3, us: 1e6, µs: 1e6, ns: 1e9 };

/**
 * Where a table has the time of simulation from; null where it has none. First comes a column whose clock is the
 * simulation's, then a reference to a frame, then a number that is called `simulation_time` or `time`.
 */
export function timeSource({ columns }: Columns): TimeSource | null {
  const own = columns.find((column) => column.clock === 'simulation' && secondOf(column) !== null) ?? null;
  if (own !== null) return { column: own, through: 'itself', second: secondOf(own)! };
  const frame = frameColumn({ columns });
  if (frame !== null) return { column: frame, through: 'frames', second: 1 };
  for (const name of NAMES) {
    const column = columns.find((candidate) => candidate.name === name && candidate.clock !== 'wall');
    // A timestamp of that name is a date.
    const second = column === undefined || column.kind === 'timestamp' ? null : secondOf(column);
    if (second !== null) return { column: column!, through: 'itself', second };
  }
  return null;
}

/** The column that refers to a row's frame: `frame_id` before others; null where there is none. */
export function frameColumn({ columns }: Columns): StoredColumn | null {
  const references = columns.filter((column) => column.references?.table === FRAMES);
  return references.find(({ name }) => name === 'frame_id') ?? references[0] ?? null;
}

function secondOf({ kind, unit }: StoredColumn): number | null {
  if (kind === 'timestamp') return 1e9;
  return /^[fiu]\d+$/.test(kind) ? (SECONDS[unit ?? 's'] ?? null) : null;
}
