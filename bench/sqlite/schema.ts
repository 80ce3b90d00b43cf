import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createRecorder } from '../../src/index.ts';
import { BodyState } from '../bodies.ts';

/** The statements that make our tables and indexes, read from a file of ours, so that peers write the very same. */
export async function tablesAsSql(folder: string): Promise<string> {
  const path = join(folder, 'schema.db');
  const recorder = await createRecorder({ path });
  recorder.table(BodyState);
  await recorder.close();
  const database = new DatabaseSync(path, { readOnly: true });
  const made = database
    .prepare(
      "SELECT sql FROM sqlite_schema WHERE tbl_name IN ('simulation_frame', 'body_state') AND sql <> ''",
    )
    .all();
  database.close();
  return made.map(({ sql }) => `${sql};`).join('\n');
}
