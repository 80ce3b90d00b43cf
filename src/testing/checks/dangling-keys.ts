import type { Reader, Run, TableInfo } from '../../read/index.ts';
import { isNullAt } from '../../read/validity.ts';
import { IdSet } from '../../read/verify/id-set.ts';
import { nameRow, type Outcome } from '../outcome.ts';
import { scan } from './scan.ts';

/** Whether every reference names a row that its run has. */
export async function checkKeys(reader: Reader): Promise<Outcome> {
  const tables = reader.tables();
  const referring = tables.filter(({ columns }) =>
    columns.some(({ references }) => references !== undefined),
  );
  let references = 0;
  for (const run of reader.runs()) {
    const known = await idsOf(reader, run, tables);
    for (const info of referring) {
      const { dangling, checked } = await look(reader, run, info, known);
      if (dangling !== null) return { pass: false, message: dangling };
      references += checked;
    }
  }
  return { pass: true, message: `all of ${references} references name rows that are there` };
}

/** Ids of the rows that anything refers to, by table and column. */
async function idsOf(reader: Reader, run: Run, tables: readonly TableInfo[]): Promise<Map<string, IdSet>> {
  const sets = new Map<string, IdSet>();
  for (const { references } of tables.flatMap(({ columns }) => columns)) {
    if (references === undefined || sets.has(keyOf(references))) continue;
    const ids = new IdSet();
    sets.set(keyOf(references), ids);
    const { table, column } = references;
    if (!tables.some(({ name }) => name === table)) continue;
    for await (const { columns, rows } of reader.table(table).batches({ run: run.runId, select: [column] })) {
      for (let row = 0; row < rows; row++) ids.add(Number(columns[column]!.values[row]));
    }
  }
  return sets;
}

async function look(
  reader: Reader,
  run: Run,
  info: TableInfo,
  known: ReadonlyMap<string, IdSet>,
): Promise<{ dangling: string | null; checked: number }> {
  const columns = info.columns.filter(({ references }) => references !== undefined);
  let checked = 0;
  for await (const { batch } of scan(
    reader,
    info.name,
    columns.map(({ name }) => name),
    { run: run.runId },
  )) {
    for (const { name, references } of columns) {
      const data = batch.columns[name]!;
      const ids = known.get(keyOf(references!))!;
      for (let row = 0; row < batch.rows; row++) {
        if (isNullAt(data, row)) continue;
        checked++;
        const id = Number(data.values[row]);
        if (ids.has(id)) continue;
        const where = await nameRow(reader, run, info, batch, row);
        return { dangling: `${where} has ${name} ${id}, and ${references!.table} has no such row`, checked };
      }
    }
  }
  return { dangling: null, checked };
}

function keyOf({ table, column }: { readonly table: string; readonly column: string }): string {
  return JSON.stringify([table, column]);
}
