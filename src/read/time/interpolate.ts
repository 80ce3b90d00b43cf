import type { StoredColumn } from '../../schema/plan.ts';
import type { RecordedRow } from '../reader.ts';

/** Values of one row between two: from flat columns to what they are at a part of the way. */
type Blend = (before: RecordedRow, after: RecordedRow, part: number, into: Record<string, unknown>) => void;

/** How far a length may be from 1 in a quaternion that turns something. */
const UNIT_ERROR = 1e-3;
/** Turned by less than this, the sine is too small to divide by (and the way is straight). */
const STRAIGHT = 1e-6;

/**
 * Rows between two moments: floating-point numbers and vectors linearly, quaternions of unit length along the shorter arc
 * (slerp), angles the shorter way round. All else, what is null or not finite on either side, and rows without a
 * partner, are as they were before.
 *
 * @param columns of the table
 * @param part how far it is from the rows before to those after, 0 to 1
 */
export function interpolateRows(
  columns: readonly StoredColumn[],
  before: readonly RecordedRow[],
  after: readonly RecordedRow[],
  part: number,
): RecordedRow[] {
  const blends = blendsOf(columns);
  const partners = partnersOf(columns, before, after);
  return before.map((row) => {
    const partner = partners(row);
    if (partner === undefined) return row;
    const blended: Record<string, unknown> = { ...row };
    for (const blend of blends) blend(row, partner, part, blended);
    return blended;
  });
}

/**
 * The row of the same entity in the other moment: of the same body or whatever else the rows refer to, and of the same
 * agent. Where several rows are of one entity, as contacts are of one body, none is known to be another's partner.
 */
function partnersOf(
  columns: readonly StoredColumn[],
  before: readonly RecordedRow[],
  after: readonly RecordedRow[],
): (row: RecordedRow) => RecordedRow | undefined {
  const names = columns
    .filter(
      ({ name, references }) =>
        name === 'agent_id' || (references && references.table !== 'simulation_frame'),
    )
    .map(({ name }) => name);
  const keyOf = (row: RecordedRow) => names.map((name) => String(row[name])).join(' ');
  const [known, wanted] = [uniqueBy(after, keyOf), uniqueBy(before, keyOf)];
  return (row) => {
    const key = keyOf(row);
    return wanted.get(key) === undefined ? undefined : known.get(key);
  };
}

/** Rows by key; undefined where several have the same. */
function uniqueBy(
  rows: readonly RecordedRow[],
  keyOf: (row: RecordedRow) => string,
): ReadonlyMap<string, RecordedRow | undefined> {
  const found = new Map<string, RecordedRow | undefined>();
  for (const row of rows) {
    const key = keyOf(row);
    found.set(key, found.has(key) ? undefined : row);
  }
  return found;
}

function blendsOf(columns: readonly StoredColumn[]): readonly Blend[] {
  const vectors = Map.groupBy(
    columns.filter(({ vector }) => vector !== undefined),
    ({ vector }) => vector!.name,
  );
  // Quantities have a unit, a rotation has none: the rate of a quaternion is not turned along an arc.
  const rotations = [...vectors.values()].filter(
    (parts) => parts.length === 4 && parts[0]!.unit === undefined,
  );
  const turned = new Set(rotations.flat());
  const floats = columns.filter((column) => /^f\d+$/.test(column.kind) && !turned.has(column));
  return [...floats.map(blendNumber), ...rotations.map(blendRotation)];
}

function blendNumber({ name, unit }: StoredColumn): Blend {
  const circle = unit === 'rad' ? 2 * Math.PI : unit === 'deg' ? 360 : null;
  return (before, after, part, into) => {
    const [a, b] = [before[name], after[name]];
    if (Number.isFinite(a) && Number.isFinite(b)) {
      into[name] =
        circle === null ? lerp(a as number, b as number, part) : turn(a as number, b as number, part, circle);
    }
  };
}

function blendRotation(parts: readonly StoredColumn[]): Blend {
  const names = parts.toSorted((a, b) => a.vector!.part - b.vector!.part).map(({ name }) => name);
  return (before, after, part, into) => {
    const [a, b] = [before, after].map((row) => names.map((name) => row[name]));
    if (![...a!, ...b!].every(Number.isFinite)) return;
    const blended = between(a as number[], b as number[], part);
    for (const [i, name] of names.entries()) into[name] = blended[i];
  };
}

function lerp(a: number, b: number, part: number): number {
  return a + (b - a) * part;
}

/** An angle between two, the shorter way round; within half a circle of 0 where both are. */
function turn(a: number, b: number, part: number, circle: number): number {
  const half = circle / 2;
  const way = b - a - circle * Math.round((b - a) / circle);
  const angle = a + way * part;
  const isWrapped = Math.abs(a) <= half && Math.abs(b) <= half;
  return isWrapped ? angle - circle * Math.round(angle / circle) : angle;
}

function between(a: readonly number[], b: readonly number[], part: number): readonly number[] {
  const isRotation =
    Math.abs(Math.hypot(...a) - 1) < UNIT_ERROR && Math.abs(Math.hypot(...b) - 1) < UNIT_ERROR;
  return isRotation ? slerp(a, b, part) : a.map((value, i) => lerp(value, b[i]!, part));
}

/**
 * Spherical linear interpolation, q and -q being the same rotation, so that the shorter arc is taken.
 * Source: K. Shoemake, Animating rotation with quaternion curves, SIGGRAPH 1985, section 3.3.
 */
function slerp(a: readonly number[], b: readonly number[], part: number): readonly number[] {
  const dot = a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const sign = dot < 0 ? -1 : 1;
  const angle = Math.acos(Math.min(1, Math.abs(dot)));
  const sine = Math.sin(angle);
  const [own, other] =
    sine < STRAIGHT ? [1 - part, part] : [Math.sin((1 - part) * angle) / sine, Math.sin(part * angle) / sine];
  const blended = a.map((value, i) => own * value + sign * other * b[i]!);
  const length = Math.hypot(...blended);
  return blended.map((value) => value / length);
}
