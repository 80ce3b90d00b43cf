import * as z from 'zod';
import type { StoredColumn } from '../../schema/plan.ts';
import { type ColumnFacts, type Extreme, isText } from './column-facts.ts';

/** {@link ColumnFacts} as JSON: what is 0 or null is left out, and what JSON has no numbers for is text. */
export interface PlainFacts {
  readonly count?: number | undefined;
  readonly nans?: number | undefined;
  readonly min?: number | string | undefined;
  readonly max?: number | string | undefined;
  readonly sum?: number | string | undefined;
}

const count = z.int().min(0).optional();
const value = z.union([z.number(), z.string()]).optional();

export const plainFacts: z.ZodType<PlainFacts> = z.object({
  count,
  nans: count,
  min: value,
  max: value,
  sum: value,
});

export function toPlainFacts(
  { kind }: StoredColumn,
  { count, nans, min, max, sum }: ColumnFacts,
): PlainFacts {
  const text = isText(kind);
  return {
    ...(count === 0 ? {} : { count }),
    ...(nans === 0 ? {} : { nans }),
    ...(min === null ? {} : { min: plain(min, text) }),
    ...(max === null ? {} : { max: plain(max, text) }),
    ...(sum === null ? {} : { sum: plain(sum, text) }),
  };
}

export function fromPlainFacts({ kind, element }: StoredColumn, facts: PlainFacts): ColumnFacts {
  const { count = 0, nans = 0, min, max, sum } = facts;
  const own = kind === 'array' ? element! : kind;
  return {
    count,
    nans,
    min: extreme(own, min),
    max: extreme(own, max),
    sum: sum === undefined ? null : Number(sum),
  };
}

function plain(value: Extreme, text: boolean): number | string {
  if (value instanceof Uint8Array) {
    return text ? new TextDecoder().decode(value) : Buffer.from(value).toString('hex');
  }
  return typeof value === 'number' && Number.isFinite(value) ? value : String(value);
}

function extreme(kind: StoredColumn['kind'], value: number | string | undefined): Extreme | null {
  if (value === undefined) return null;
  if (isText(kind)) return new TextEncoder().encode(String(value));
  if (kind === 'bytes') return new Uint8Array(Buffer.from(String(value), 'hex'));
  if (kind === 'i64' || kind === 'u64' || kind === 'timestamp' || kind === 'ref') return BigInt(value);
  return Number(value);
}
