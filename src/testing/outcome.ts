import { describePlace } from '../read/comparison/describe.ts';
import { placeOf } from '../read/comparison/divergence.ts';
import { Side } from '../read/comparison/side.ts';
import type { Reader, Run, TableBatch, TableInfo } from '../read/index.ts';

/** What a check came to. */
export interface Outcome {
  readonly pass: boolean;
  /** Where it failed: table, row and value. Where it passed: what was checked, for those who expected the opposite. */
  readonly message: string;
}

/** `row id 7 of state (frame 3, 0.05 s)`: how messages name a row. */
export async function nameRow(
  reader: Reader,
  run: Run,
  info: TableInfo,
  batch: TableBatch,
  row: number,
): Promise<string> {
  const place = describePlace(await placeOf(new Side(reader, run), info, batch, row));
  const id = info.id === null ? undefined : batch.columns[info.id]?.values[row];
  const among = reader.runs().length > 1 ? `run ${run.runId}` : '';
  const stands = [place, among].filter((part) => part !== '').join(', ');
  return `row${id === undefined ? '' : ` id ${id}`} of ${info.name}${stands === '' ? '' : ` (${stands})`}`;
}
