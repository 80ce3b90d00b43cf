import { Binary, DataType, Int64, tableFromIPC, Vector } from 'apache-arrow';
import { readParquet } from 'parquet-wasm';
import { spell } from '../../../support/parquet-cells.ts';
import type { ParquetReader } from './reader.ts';

// A byte order mark is part of a text.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** arrow-rs, the Rust implementation, by way of parquet-wasm. */
export const arrowRs: ParquetReader = {
  name: 'arrow-rs',
  async read(file, columns) {
    const table = tableFromIPC(readParquet(file).intoIPCStream());
    return columns.map((column) => {
      const found = table.getChild(column.name);
      if (found === null) throw new Error(`arrow-rs finds no column ${column.name}`);
      return Array.from(exact(found), (value) => spell(column, value));
    });
  },
};

/** Times as nanoseconds and all of a text: Arrow for JavaScript would give milliseconds, and drop byte order marks. */
function exact(vector: Vector): Iterable<unknown> {
  const as = (type: DataType) => new Vector(vector.data.map((data) => data.clone(type as never)));
  if (DataType.isTimestamp(vector.type)) return as(new Int64());
  if (!DataType.isUtf8(vector.type)) return vector;
  return Array.from(as(new Binary()), (bytes) => bytes && decoder.decode(bytes as Uint8Array));
}
