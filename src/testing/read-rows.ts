import { openRecording } from '../read/index.ts';

/**
 * The rows of a run, by table: `read` of a {@link TestedBackend} whose recordings `openRecording` opens, and the shape
 * that others give.
 */
export async function readRows(
  path: string,
  runId: string,
): Promise<Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>> {
  using reader = await openRecording(path);
  const tables: Record<string, readonly Readonly<Record<string, unknown>>[]> = {};
  for (const { name } of reader.tables()) {
    tables[name] = await Array.fromAsync(reader.table(name).rows({ run: runId }));
  }
  return tables;
}
