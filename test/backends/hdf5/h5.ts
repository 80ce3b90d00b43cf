import { Dataset, File, Group, ready } from 'h5wasm/node';
import { openRecording } from '../../../src/read/index.ts';

/** Has the HDF5 library open a file. */
export async function withH5<T>(path: string, use: (file: File) => T): Promise<T> {
  await ready;
  const file = new File(path, 'r');
  if (file.file_id < 0n) throw new Error(`${path} does not open`);
  try {
    return use(file);
  } finally {
    file.close();
  }
}

export function datasetAt(file: File, path: string): Dataset {
  const found = file.get(path);
  if (!(found instanceof Dataset)) throw new Error(`${path} is no dataset`);
  return found;
}

export function groupAt(file: File, path: string): Group {
  const found = file.get(path);
  if (!(found instanceof Group)) throw new Error(`${path} is no group`);
  return found;
}

/** All rows of all tables of a recording; wall clocks left out. */
export async function contentsOf(path: string): Promise<Record<string, unknown>> {
  using reader = await openRecording(path);
  const contents: Record<string, unknown> = {};
  for (const { name } of reader.tables()) {
    const rows = await Array.fromAsync(reader.table(name).rows());
    contents[name] = rows.map(
      ({ wall_clock_time, start_timestamp, end_timestamp, timestamp, ...row }) => row,
    );
  }
  return contents;
}
