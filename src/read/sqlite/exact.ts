import type { DatabaseSync } from 'node:sqlite';

/** The exact values of one column of a table: what the reader puts in place of what SQLite returns. */
export class ExactReader {
  readonly #bits = new Map<string, Map<number | string, bigint>>();

  /** @param keyed whether rows are told apart by their run too */
  constructor(database: DatabaseSync, table: string, keyed: boolean) {
    const rows = database
      .prepare(
        'SELECT column_name, run_number, bits, row_ids FROM simtape_exact WHERE table_name = ? ORDER BY rowid',
      )
      .iterate(table);
    for (const row of rows) {
      const column = String(row.column_name);
      let values = this.#bits.get(column);
      if (values === undefined) {
        values = new Map();
        this.#bits.set(column, values);
      }
      const bits = copyOf(row.bits).getBigUint64(0, true);
      const ids = copyOf(row.row_ids);
      for (let at = 0; at + 8 <= ids.byteLength; at += 8) {
        const id = Number(ids.getBigInt64(at, true));
        values.set(keyed ? `${row.run_number} ${id}` : id, bits);
      }
    }
  }

  /** Bits of each row of a column that has any, by row id. */
  column(name: string): ReadonlyMap<number | string, bigint> | undefined {
    return this.#bits.get(name);
  }
}

function copyOf(blob: unknown): DataView {
  const bytes = blob as Uint8Array;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const float = new Float64Array(1);
const words = new BigUint64Array(float.buffer);

export function floatOf(bits: bigint): number {
  words[0] = bits;
  return float[0]!;
}
