import { NO_ROOM } from '../buffer/arena.ts';
import type { Field } from '../buffer/layout.ts';
import type { TableRing } from '../buffer/ring.ts';
import type { Views } from '../buffer/segment.ts';
import { REQUEST, REQUEST_NONE } from '../buffer/words.ts';
import type { InputColumn } from '../schema/plan.ts';
import { partsOf } from '../schema/table.ts';
import { isInteger, nanoseconds, storeArray, wideInteger } from './append-helpers.ts';
import type { Append, AppendPlan } from './append-plan.ts';
import type { Lane } from './lane.ts';

/** What a column's store function came to. */
type Outcome = 'stored' | 'failed' | 'no room' | 'dropped';
type Store = (value: unknown, i: number, views: Views) => Outcome;

/** The same `append` as the generated one, as a loop over columns, for hosts that forbid code generation. */
export function loopAppend(plan: AppendPlan): Append {
  const { lane, ring, fail, checkKeys, empty } = plan;
  const fieldsOf = (stored: readonly number[]) => stored.map((index) => ring.layout.fields[index]!);
  const columns = plan.columns.map(({ input, source }) => ({
    input,
    source,
    fields: fieldsOf(input.stored),
    store: storeOf(input, fieldsOf(input.stored), lane, ring),
  }));
  const emptyFields = fieldsOf(empty);

  return function append(row: unknown, extra?: unknown): number {
    if (typeof row !== 'object' || row === null) return fail(-1, row, row);
    checkKeys?.(row);
    if (ring.row === ring.limit && !ring.ready(row)) return 0;
    const i = ring.row;
    const { views, arena } = ring;
    arena.position = arena.used;
    for (const [k, { input, source, fields, store }] of columns.entries()) {
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
      for (const field of fields) if (field.valid >= 0) views.U8[field.valid + i] = 1;
      const outcome = store(value, i, views);
      if (outcome === 'failed') return fail(k, value, row);
      if (outcome === 'no room') return ring.roll() ? append(row, extra) : 0;
      if (outcome === 'dropped') return 0;
    }
    for (const field of emptyFields) storeNull(field, i, views);
    arena.used = arena.position;
    ring.row = i + 1;
    if (lane.words[REQUEST] !== REQUEST_NONE) lane.attend();
    return ring.idBase + i;
  };
}

function storeNull(field: Field, i: number, views: Views): void {
  views.U8[field.valid + i] = 0;
  const at = field.start + i * field.width;
  if (field.view === 'I64' || field.view === 'U64') views[field.view].fill(0n, at, at + field.width);
  else views[field.view].fill(0, at, at + field.width);
}

function storeOf(input: InputColumn, fields: readonly Field[], lane: Lane, ring: TableRing): Store {
  const field = fields[0]!;
  const at = (i: number) => field.start + i * field.width;
  const put = (views: Views, i: number, value: unknown): Outcome => {
    (views[field.view] as unknown as { [index: number]: unknown })[at(i)] = value;
    return 'stored';
  };
  const parts = partsOf(input.kind);
  if (parts !== null) return vectorStore(parts, fields);
  switch (input.kind) {
    case 'null':
    case 'same':
      return () => 'failed';
    case 'f64':
    case 'f32':
      return (value, i, views) => (typeof value === 'number' ? put(views, i, value) : 'failed');
    case 'bool':
      return (value, i, views) => (typeof value === 'boolean' ? put(views, i, value ? 1 : 0) : 'failed');
    case 'i64':
    case 'u64':
    case 'timestamp':
      return (value, i, views) => {
        const number = input.kind === 'timestamp' && typeof value === 'number';
        const wide = number ? undefined : wideInteger(nanoseconds(value) ?? value, input.kind !== 'u64');
        return wide === undefined ? 'failed' : put(views, i, wide);
      };
    case 'enum': {
      const codes = new Map(input.labels!.map((label, code) => [label as unknown, code]));
      return (value, i, views) => {
        const code = codes.get(value);
        return code === undefined ? 'failed' : put(views, i, code);
      };
    }
    case 'utf8':
    case 'json':
    case 'bytes':
      return arenaStore(input.kind, ring, at);
    case 'array':
      return (value, i, views) =>
        storeArray(views[field.view], at(i), value, field.width, input.element!) ? 'stored' : 'failed';
    case 'ref': {
      const target = lane.rings.findIndex((other) => other.plan.name === input.target);
      return (value, i, views) => {
        if (value !== 0 && !(Number.isSafeInteger(value) && (value as number) > 0)) return 'failed';
        if (value !== 0 && !(lane.lossy && lane.wasDropped(target, value as number)))
          return put(views, i, value);
        lane.lossy = true;
        ring.dropped++;
        return 'dropped';
      };
    }
    default: {
      const kind = input.kind as 'i8';
      return (value, i, views) => (isInteger(value, kind) ? put(views, i, value) : 'failed');
    }
  }
}

function arenaStore(kind: 'utf8' | 'json' | 'bytes', ring: TableRing, at: (i: number) => number): Store {
  const takes = {
    utf8: (value: unknown) => typeof value === 'string',
    json: (value: unknown) => value !== undefined,
    bytes: (value: unknown) => value instanceof Uint8Array,
  }[kind];
  return (value, i, views) => {
    if (!takes(value)) return 'failed';
    const { arena } = ring;
    views.U32[at(i)] = arena.position;
    const length =
      kind === 'utf8'
        ? arena.text(value as string)
        : kind === 'json'
          ? arena.json(value)
          : arena.raw(value as Uint8Array);
    if (length < 0) return length === NO_ROOM ? 'no room' : 'failed';
    views.U32[at(i) + 1] = length;
    return 'stored';
  };
}

function vectorStore(parts: readonly string[], fields: readonly Field[]): Store {
  return (value, i, views) => {
    if (value === undefined || value === null) return 'failed';
    const named = value as Record<string, unknown>;
    const asObject =
      named.x !== undefined && (parts.length === 4 || named['xyzw'[parts.length]!] === undefined);
    if (!asObject && named.length !== parts.length) return 'failed';
    const numbers = parts.map((part, j) => (asObject ? named[part] : named[j]));
    if (!numbers.every((number) => typeof number === 'number')) return 'failed';
    for (const [j, number] of numbers.entries()) views.F64[fields[j]!.start + i] = number as number;
    return 'stored';
  };
}
