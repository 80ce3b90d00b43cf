import type { BodyRow } from '../bodies.ts';
import { type AddMessage, openMcap } from '../mcap.ts';
import { STATE } from '../state.ts';

const BYTES = 8 + 8 + STATE.length * 8;

/** Adds a row as a little-endian record: frame u64, body i64, then the numbers; 176 bytes. */
export async function openMcapRows(): Promise<(row: BodyRow) => Promise<void>> {
  const add = await openMcap('body_state', 'binary');
  // MCAP copies the message, so one buffer serves for all.
  const buffer = new ArrayBuffer(BYTES);
  const stores = STATE.map((name, k) => `F64[${k + 2}] = row.${name};`).join('\n');
  const source = `'use strict'; return (row) => { F64[0] = 1; F64[1] = row.body; ${stores} return add(bytes); };`;
  const make = new Function('F64', 'bytes', 'add', source) as (
    F64: Float64Array,
    bytes: Uint8Array,
    add: AddMessage,
  ) => (row: BodyRow) => Promise<void>;
  return make(new Float64Array(buffer), new Uint8Array(buffer), add);
}

/** Milliseconds for adding rows one after another, each awaited. */
export async function timeMcap(
  add: (row: BodyRow) => Promise<void>,
  rows: readonly BodyRow[],
): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < rows.length; i++) await add(rows[i]!);
  return performance.now() - start;
}
