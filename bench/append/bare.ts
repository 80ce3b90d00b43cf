import type { BodyRow } from '../bodies.ts';
import { STATE } from '../state.ts';

/** The least that recording can mean: typed stores of a row's values, column by column, into shared memory. */
export interface BareStore {
  readonly store: (row: BodyRow) => number;
  /** Begins the frame that the next rows belong to, and starts again from row 0. */
  readonly frame: (rewind: boolean) => void;
}

/**
 * Straight-line stores at constant offsets, generated like the recorder's, with nothing else around them: no check of
 * a value, no bound, no consumer. `capacity` rows are preallocated.
 */
export function bareStore(capacity: number): BareStore {
  const columns = STATE.length + 2;
  const buffer = new SharedArrayBuffer(columns * capacity * 8);
  const stores = STATE.map((name, k) => `F64[${(k + 2) * capacity} + i] = row.${name};`);
  const source = `
'use strict';
let i = 0, frame = 0;
return {
  store(row) {
    F64[i] = frame;
    I32[${2 * capacity} + i] = row.body;
    ${stores.join('\n    ')}
    return i++;
  },
  frame(rewind) {
    frame++;
    if (rewind) i = 0;
  },
};`;
  return new Function('F64', 'I32', source)(new Float64Array(buffer), new Int32Array(buffer)) as BareStore;
}
