import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type BaseRecorder, RecorderFactory } from '../../src/index.ts';
import { type ColumnData, openRecording } from '../../src/read/index.ts';
import { runPlume } from '../../worlds/plume/index.ts';
import { bytesUnder } from '../parquet-run/worlds.ts';
import { figure, type ReportTable, type Target } from '../report.ts';

/** What the specification says of each backend: values to file. */
const CLAIMS = { parquet: [5, 10], hdf5: [3, 8], sqlite: [2, 5] } as const;

/** Sizes of one plume run in each format, beside the bytes of its values, and of the same rows as lines of JSON. */
export async function sizes(
  folder: string,
  episodes: number,
): Promise<{ table: ReportTable; targets: Target[] }> {
  const rows: string[][] = [];
  const targets: Target[] = [];
  for (const backend of ['parquet', 'hdf5', 'sqlite'] as const) {
    const recorder: BaseRecorder = RecorderFactory.createRecorder({
      backend,
      output_dir: join(folder, backend),
    });
    runPlume(recorder, { episodes });
    await recorder.close();
    const path = recorder.path!;
    const values = await bytesOfValues(path);
    const lines = join(folder, `${backend}.ndjson`);
    await recorder.exportData(lines);
    const bytes = bytesUnder(path);
    const [least, most] = CLAIMS[backend];
    const ratio = values / bytes;
    const claim = `${least}:1 to ${most}:1`;
    const toOne = (of: number) => `${figure(of / bytes)}:1`;
    rows.push([
      backend,
      figure(values / 1000),
      figure(bytes / 1000),
      toOne(values),
      toOne(statSync(lines).size),
      claim,
    ]);
    targets.push({
      what: `plume run, ${backend}: values to file`,
      target: `>= ${least}:1`,
      figure: `${figure(ratio)}:1`,
      met: ratio >= least,
    });
  }
  return {
    table: {
      caption: `A plume run of ${episodes} episodes`,
      head: ['', 'values, KB', 'file, KB', 'values to file', 'NDJSON to file', 'specification'],
      rows,
    },
    targets,
  };
}

/** Bytes of all values that are there: 8 for a double, 1 for a boolean, UTF-8 for text and JSON, nothing for null. */
async function bytesOfValues(path: string): Promise<number> {
  using reader = await openRecording(path);
  let bytes = 0;
  for (const { name } of reader.tables()) {
    const columns = await reader.table(name).columns();
    for (const column of Object.values(columns)) bytes += bytesOfColumn(column);
  }
  return bytes;
}

function bytesOfColumn({ values, nulls }: ColumnData): number {
  if (ArrayBuffer.isView(values)) {
    const { BYTES_PER_ELEMENT: width } = values as Float64Array;
    return (values.length - nulls) * width;
  }
  let bytes = 0;
  for (const value of values as readonly unknown[]) {
    if (typeof value === 'string') bytes += Buffer.byteLength(value);
    else if (value instanceof Uint8Array) bytes += value.byteLength;
    else if (value !== null) bytes += 1;
  }
  return bytes;
}
