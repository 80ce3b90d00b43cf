import { SimtapeError, show } from '../../errors.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import { FRAMES, frameColumn, timeSource } from '../../schema/time-source.ts';
import type { TableInfo, Where } from '../reader.ts';
import { ownColumns } from '../select.ts';
import { type Range, runsOf, singles } from './ranges.ts';

/** What rows are to hold in one column: a number in one of these ranges, which are in order and apart. */
export interface Condition {
  readonly column: StoredColumn;
  readonly ranges: readonly Range[];
  /** Whether the ranges are of the time, in seconds, of the frames that the column refers to. */
  readonly throughFrames: boolean;
}

type Key = keyof Where;
/** What each condition needs of a table, in words. */
const NEEDS: Readonly<Record<Key, string>> = {
  episode: 'a number episode_id',
  agent: 'a number agent_id',
  frame: 'a reference to simulation_frame',
  time: `a column of the simulation's clock, a reference to simulation_frame, or a number simulation_time or time`,
};

/**
 * What `where` asks of the columns of a table.
 *
 * @param tables all tables of the recording, for the message
 * @throws `InvalidConfig` where it is no condition, or where the table has not got the column that it needs
 */
export function conditionsOf(
  info: TableInfo,
  where: Where | undefined,
  tables: () => readonly TableInfo[],
): readonly Condition[] {
  if (where === undefined) return [];
  return givenKeys(where).map((key) => {
    const ranges = rangesIn(key, where);
    const condition = conditionOn(info, key, ranges);
    if (condition !== null) return condition;
    const able = tables().filter((other) => conditionOn(other, key, ranges) !== null);
    const names = able.map(({ name }) => name).join(', ') || 'none';
    throw new SimtapeError(
      'InvalidConfig',
      `where.${key} needs ${NEEDS[key]}, which table ${info.name} has not got; tables that have one: ${names}`,
      { key: `where.${key}`, value: where[key] },
    );
  });
}

/** Whether a table has the columns that `where` needs. */
export function canTest(info: TableInfo, where: Where | undefined): boolean {
  return where === undefined || givenKeys(where).every((key) => conditionOn(info, key, []) !== null);
}

function givenKeys(where: Where): Key[] {
  const unknown = Object.keys(where).find((key) => !(key in NEEDS));
  if (unknown !== undefined) {
    throw refused(
      unknown,
      where[unknown as Key],
      `is no condition; there are ${Object.keys(NEEDS).join(', ')}`,
    );
  }
  return (Object.keys(where) as Key[]).filter((key) => where[key] !== undefined);
}

function conditionOn(info: TableInfo, key: Key, ranges: readonly Range[]): Condition | null {
  const column = (found: StoredColumn | null | undefined, own = ranges, throughFrames = false) =>
    found === null || found === undefined ? null : { column: found, ranges: own, throughFrames };
  switch (key) {
    case 'episode':
    case 'agent': {
      const found = numberColumn(info, `${key}_id`);
      const isFloat = found !== undefined && /^f\d+$/.test(found.kind);
      return column(found, isFloat ? ranges : runsOf(ranges.map(([integer]) => integer)));
    }
    case 'frame':
      return column(info.name === FRAMES ? ownColumns(info)[0] : frameColumn(info));
    case 'time': {
      const source = timeSource(info);
      return source === null
        ? null
        : column(source.column, scaled(ranges, source.second), source.through === 'frames');
    }
  }
}

function numberColumn({ columns }: TableInfo, wanted: string): StoredColumn | undefined {
  return columns.find(({ name, kind }) => name === wanted && /^([fiu]\d+|ref)$/.test(kind));
}

function scaled(ranges: readonly Range[], scale: number): readonly Range[] {
  return scale === 1 ? ranges : ranges.map(([from, to]): Range => [from * scale, to * scale]);
}

function rangesIn(key: Key, where: Where): readonly Range[] {
  if (key === 'episode' || key === 'agent') {
    const numbers = [where[key] as number | readonly number[]].flat();
    for (const number of numbers) checkNumber(key, number, true);
    return singles(numbers);
  }
  const given = where[key]!;
  const whole = key === 'frame';
  if (typeof given !== 'object' || given === null) {
    checkNumber(key, given, whole);
    return [[given, given]];
  }
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, ...more } = given;
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) throw refused(key, given, `has ${unknown}; takes from and to`);
  for (const end of [from, to])
    if (Number.isNaN(end) || typeof end !== 'number') checkNumber(key, end, false);
  return from <= to ? [[from, to]] : [];
}

function checkNumber(key: Key, value: unknown, whole: boolean): void {
  if (typeof value === 'number' && (whole ? Number.isSafeInteger(value) : !Number.isNaN(value))) return;
  const kind = whole ? 'integer' : 'number';
  const shape = key === 'frame' || key === 'time' ? `{ from, to }` : 'a list of them';
  throw refused(key, value, `takes ${whole ? 'an' : 'a'} ${kind} or ${shape}`);
}

function refused(key: string, value: unknown, why: string): SimtapeError<'InvalidConfig'> {
  return new SimtapeError('InvalidConfig', `where.${key} = ${show(value)}: ${why}`, {
    key: `where.${key}`,
    value,
  });
}
