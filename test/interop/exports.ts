/**
 * Exports a table with every kind of column and awkward values to each format of one table, with a JSON file of what the
 * recording holds, for exports.py: `node test/interop/exports.ts FOLDER`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportRecording } from '../../src/export/index.ts';
import { createRecorder } from '../../src/index.ts';
import { openRecording } from '../../src/read/index.ts';
import { CONFIG, simulate } from '../read/matrix/simulate.ts';

const [folder] = process.argv.slice(2) as [string];
const source = join(folder, 'flight.db');
const recorder = await createRecorder({ ...CONFIG, path: source, thread: false });
await simulate(recorder);
await recorder.close();

for (const name of ['state.csv', 'state.json', 'state.ndjson', 'state.parquet', 'state.arrow']) {
  await exportRecording(source, join(folder, name), { tables: ['state'] });
}
await exportRecording(source, join(folder, 'state.zstd.arrow'), { tables: ['state'], compression: 'zstd' });
await exportRecording(source, join(folder, 'state.csv.gz'), {
  format: 'csv',
  tables: ['state'],
  compression: 'gzip',
});
await exportRecording(source, join(folder, 'steps.ndjson'));
for (const format of ['parquet', 'csv'] as const) {
  await exportRecording(source, join(folder, `split-${format}`), { format, partitionBy: ['episode_id'] });
}

using reader = await openRecording(source);
const expected: Record<string, unknown> = {};
for (const table of ['state', 'steps']) {
  expected[table] = await Array.fromAsync(reader.table(table).rows());
}
writeFileSync(join(folder, 'expected.json'), JSON.stringify(expected, plain));

/** Numbers as text, which Python reads back to the bit; bytes in hexadecimal digits. */
function plain(key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0.0' : String(value);
  if (!ArrayBuffer.isView(value)) return value;
  if (key === 'raw') return Buffer.from(value as Uint8Array).toString('hex');
  return Array.from(value as unknown as Float32Array, (one) => plain('', one));
}
