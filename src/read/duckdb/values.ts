import type {
  DuckDBArrayType,
  DuckDBListType,
  DuckDBStructType,
  DuckDBType,
  DuckDBValue,
} from '@duckdb/node-api';
import type { DuckDB } from './load.ts';

/** Turns a value of a result into the JavaScript value that the same query on a SQLite recording would give. */
export type Convert = (value: DuckDBValue) => unknown;

/**
 * How values of a column's type come: integers as numbers where they are exact, as bigints beyond; booleans as 0 and 1;
 * instants as nanoseconds since the Unix epoch; blobs as bytes. What SQLite has no type for: lists as arrays, structs and
 * maps as objects, dates, times and intervals as text.
 */
export function converterFor(duckdb: DuckDB, type: DuckDBType): Convert {
  const { DuckDBTypeId: id } = duckdb;
  const given = (convert: (value: never) => unknown): Convert => {
    return (value) => (value === null ? null : convert(value as never));
  };
  switch (type.typeId) {
    case id.BOOLEAN:
      return given(Number);
    case id.BIGINT:
    case id.UBIGINT:
    case id.HUGEINT:
    case id.UHUGEINT:
    case id.BIGNUM:
      return given(small);
    case id.DECIMAL:
      return given((value: { toDouble(): number }) => value.toDouble());
    case id.BLOB:
      return given(({ bytes }: { bytes: Uint8Array }) => Uint8Array.from(bytes));
    case id.TIMESTAMP:
    case id.TIMESTAMP_TZ:
      return given(({ micros }: { micros: bigint }) => small(micros * 1000n));
    case id.TIMESTAMP_S:
      return given(({ seconds }: { seconds: bigint }) => small(seconds * 1_000_000_000n));
    case id.TIMESTAMP_MS:
      return given(({ millis }: { millis: bigint }) => small(millis * 1_000_000n));
    case id.TIMESTAMP_NS:
      return given(({ nanos }: { nanos: bigint }) => small(nanos));
    case id.LIST:
    case id.ARRAY: {
      const element = converterFor(duckdb, (type as DuckDBListType | DuckDBArrayType).valueType);
      return given(({ items }: { items: DuckDBValue[] }) => items.map(element));
    }
    case id.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      const converters = entryTypes.map((entry) => converterFor(duckdb, entry));
      return given(({ entries }: { entries: Record<string, DuckDBValue> }) =>
        Object.fromEntries(entryNames.map((name, i) => [name, converters[i]!(entries[name]!)])),
      );
    }
    default:
      return given((value: unknown) =>
        typeof value === 'number' || typeof value === 'string' ? value : plain(value),
      );
  }
}

/** DuckDB's own objects write themselves as SQL does. */
function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? small(value) : String(value);
}

function small(value: bigint): number | bigint {
  return BigInt.asIntN(54, value) === value ? Number(value) : value;
}
