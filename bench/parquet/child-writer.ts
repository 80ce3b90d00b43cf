import { type Columns, type Motion, makeColumns } from './columns.ts';
import type { Condition } from './writer.ts';
import { WRITERS } from './writers.ts';

/** What the parent asks for. */
export type Task =
  | { readonly rows: number; readonly motion: Motion }
  | { readonly path: string; readonly condition: Condition };

/** Holds the columns, and writes files of them as it is told: `child-writer.ts NAME`. */
const writer = await WRITERS[process.argv[2]!]!();
let columns: Columns;
process.on('message', async (task: Task) => {
  if ('rows' in task) {
    columns = makeColumns(task.rows, task.motion);
    await writer.prepare?.(columns);
    process.send!(null);
  } else {
    process.send!(await writer.write(task.path, columns, task.condition));
  }
});
