import { NO_ROOM } from '../buffer/arena.ts';
import type { Field } from '../buffer/layout.ts';
import type { TableRing } from '../buffer/ring.ts';
import type { Views } from '../buffer/segment.ts';
import { REQUEST, REQUEST_NONE } from '../buffer/words.ts';
import type { InputColumn } from '../schema/plan.ts';
import { partsOf } from '../schema/table.ts';
import { nanoseconds, storeArray, wideInteger } from './append-helpers.ts';
import type { Append, AppendPlan } from './append-plan.ts';
import type { Lane } from './lane.ts';
import { takes } from './takes.ts';

/** Stores a value that the column takes, and returns its bytes in the arena, `NO_ROOM` or another failure below 0. */
type Store = (value: unknown, i: number, views: Views) => number;

/** The same `append` as the generated one, as a loop over columns, for hosts that forbid code generation. */
export function loopAppend(plan: AppendPlan): Append {
  const { lane, ring, fail, checkKeys, empty } = plan;
  const fieldsOf = (stored: readonly number[]) => stored.map((index) => ring.layout.fields[index]!);
  const columns = plan.columns.map(({ input, source }) => ({
    input,
    source,
    fields: fieldsOf(input.stored),
    store: storeOf(input, fieldsOf(input.stored), ring),
    target: lane.rings.findIndex((other) => other.plan.name === input.target),
  }));
  const emptyFields = fieldsOf(empty);

  return function append(row: unknown, extra?: unknown): number {
    if (typeof row !== 'object' || row === null) return fail(-1, row, row);
    checkKeys?.(row);
    if (ring.row === ring.limit && !ring.ready(row)) return 0;
    const i = ring.row;
    const { views, arena } = ring;
    arena.position = arena.used;
    for (const [k, { input, source, fields, store, target }] of columns.entries()) {
      const from = (source.from === 'row' ? row : extra) as Record<string, unknown>;
      let value = from[source.field];
      if (input.kind === 'same') {
        if (value !== (extra as Record<string, unknown>)[input.name]) return fail(k, value, row);
        continue;
      }
      if (input.frame && value === undefined && lane.frameId !== 0) value = lane.frameId;
      if ((input.nullable || input.kind === 'null') && (value === undefined || value === null)) {
        for (const field of fields) storeNull(field, i, views);
        continue;
      }
      if (input.kind === 'ref' && isDropped(lane, target, value)) {
        ring.counts.dropped++;
        return 0;
      }
      if (!takes(input, value)) return fail(k, value, row);
      for (const field of fields) if (field.valid >= 0) views.U8[field.valid + i] = 1;
      const stored = store(value, i, views);
      if (stored === NO_ROOM) return ring.roll() ? append(row, extra) : 0;
      if (stored < 0) return fail(k, value, row);
    }
    for (const field of emptyFields) storeNull(field, i, views);
    arena.used = arena.position;
    ring.row = i + 1;
    if (lane.words[REQUEST] !== REQUEST_NONE) lane.attend();
    return ring.idBase + i;
  };
}

/** Whether a reference is to a row that the overflow policy dropped; 0 is what append returned for it. */
function isDropped(lane: Lane, target: number, value: unknown): boolean {
  if (!lane.lossy || typeof value !== 'number') return false;
  return value === 0 || lane.wasDropped(target, value);
}

function storeNull(field: Field, i: number, views: Views): void {
  views.U8[field.valid + i] = 0;
  const at = field.start + i * field.width;
  if (field.view === 'I64' || field.view === 'U64') views[field.view].fill(0n, at, at + field.width);
  else views[field.view].fill(0, at, at + field.width);
}

function storeOf(input: InputColumn, fields: readonly Field[], ring: TableRing): Store {
  const field = fields[0]!;
  const put = (views: Views, i: number, value: unknown): number => {
    (views[field.view] as unknown as { [index: number]: unknown })[field.start + i] = value;
    return 0;
  };
  switch (input.kind) {
    case 'bool':
      return (value, i, views) => put(views, i, value ? 1 : 0);
    case 'i64':
    case 'u64':
      return (value, i, views) => put(views, i, wideInteger(value, input.kind === 'i64'));
    case 'timestamp':
      return (value, i, views) => put(views, i, typeof value === 'bigint' ? value : nanoseconds(value));
    case 'enum':
      return (value, i, views) => put(views, i, input.labels!.indexOf(value as string));
    case 'utf8':
    case 'json':
    case 'bytes':
      return arenaStore(input.kind, ring, field);
    case 'array':
      return (value, i, views) => {
        const at = field.start + i * field.width;
        storeArray(views[field.view], at, value, field.width, input.element!, input.exact === true);
        return 0;
      };
    case 'vec2':
    case 'vec3':
    case 'quat':
      return vectorStore(partsOf(input.kind)!, fields);
    default:
      return (value, i, views) => put(views, i, value);
  }
}

function arenaStore(kind: 'utf8' | 'json' | 'bytes', ring: TableRing, field: Field): Store {
  return (value, i, views) => {
    const { arena } = ring;
    const at = field.start + i * field.width;
    views.U32[at] = arena.position;
    const length =
      kind === 'utf8'
        ? arena.text(value as string)
        : kind === 'json'
          ? arena.json(value)
          : arena.raw(value as Uint8Array);
    if (length >= 0) views.U32[at + 1] = length;
    return length;
  };
}

function vectorStore(parts: readonly string[], fields: readonly Field[]): Store {
  return (value, i, views) => {
    const vector = value as Record<string, number>;
    const beyond = parts.length < 4 && vector['xyzw'[parts.length]!] !== undefined;
    const named = vector.x !== undefined && !beyond;
    for (const [j, part] of parts.entries()) views.F64[fields[j]!.start + i] = vector[named ? part : j]!;
    return 0;
  };
}
