import {
  Dictionary,
  Int8,
  makeData,
  makeVector,
  RecordBatch,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { STATE } from '../state.ts';
import { type Columns, GROUP_ROWS, LABELS } from './columns.ts';

/** The columns as an Arrow table; nothing is copied. */
function arrowTable({ rows, ids, steps, numbers, codes }: Columns): Table {
  const dictionary = vectorFromArray([...LABELS], new Utf8());
  const type = new Dictionary(new Utf8(), new Int8());
  const label = (from: number, to: number) =>
    makeData({ type, data: new Int8Array(codes.buffer, from, to - from), dictionary });
  const batches: RecordBatch[] = [];
  for (let from = 0; from < rows; from += GROUP_ROWS) {
    const to = Math.min(from + GROUP_ROWS, rows);
    const data: Record<string, unknown> = {
      id: makeVector(ids.subarray(from, to)).data[0],
      step: makeVector(steps.subarray(from, to)).data[0],
    };
    for (const [i, name] of STATE.entries()) data[name] = makeVector(numbers[i]!.subarray(from, to)).data[0];
    data.label = label(from, to);
    batches.push(new RecordBatch(data as never));
  }
  return new Table(batches);
}

/** The columns as an Arrow stream, from which others take them. */
export function arrowStream(columns: Columns): Uint8Array {
  return tableToIPC(arrowTable(columns), 'stream');
}
