import { show } from '../../errors.ts';
import type { StructureDifference } from './columns.ts';
import type { Divergence, Place } from './divergence.ts';

/** Where a row stands, as `episode 3, step 17` or `frame 60, 1 s`; empty where its table does not tell. */
export function describePlace({ episode, step, agent, frame, time }: Place): string {
  return [
    ...(episode === undefined ? [] : [`episode ${episode}`]),
    ...(step === undefined ? [] : [`step ${step}`]),
    ...(agent === undefined ? [] : [`agent ${agent}`]),
    ...(frame === undefined ? [] : [`frame ${frame}`]),
    ...(time === undefined ? [] : [`${Number(time.toPrecision(9))} s`]),
  ].join(', ');
}

/** A divergence in a sentence. */
export function describeDivergence({ table, row, column, a, b, place }: Divergence): string {
  const stands = describePlace(place);
  const where = `row ${row} of ${table}${stands === '' ? '' : ` (${stands})`}`;
  if (column === null) return `${where} is in one of them only`;
  return `${column} in ${where} is ${shown(a)} in one and ${shown(b)} in the other`;
}

/** A difference of tables or columns in a sentence. */
export function describeStructure({ table, column, problem, kinds }: StructureDifference): string {
  const what = column === null ? `table ${table}` : `column ${table}.${column}`;
  if (kinds !== undefined) return `${what} is ${kinds[0]} in one and ${kinds[1]} in the other`;
  return `${what} is missing in the ${problem === 'missing in a' ? 'first' : 'second'}`;
}

/** Elements of arrays, the first of many. */
const MOST_ELEMENTS = 8;

function shown(value: unknown): string {
  if (!ArrayBuffer.isView(value)) return show(value);
  const elements = Array.from(value as unknown as ArrayLike<unknown>);
  const more = elements.length > MOST_ELEMENTS ? ', …' : '';
  return `[${elements.slice(0, MOST_ELEMENTS).map(show).join(', ')}${more}]`;
}
