import { bigintsAsNumbers } from '../backends/exact-json.ts';
import type { Run } from '../read/reader.ts';
import type { StoredColumn, TablePlan } from '../schema/plan.ts';
import { version } from '../writer/version.ts';

const FORMAT = 'simtape-export';
const FORMAT_VERSION = 1;

/**
 * What a file of one table says of itself, as JSON: under the key `simtape` in Parquet and Arrow, in a file beside it
 * for the formats that hold nothing but rows.
 *
 * @param columns those of the file
 * @param indent spaces a level, for a file that is looked at
 */
export function fileMetadata(
  plan: TablePlan,
  columns: readonly StoredColumn[],
  runs: readonly Run[],
  indent: number = 0,
): string {
  const { name, id, key, description } = plan;
  const metadata = {
    format: FORMAT,
    version: FORMAT_VERSION,
    simtape: version(),
    table: {
      name,
      id,
      key,
      static: plan.static,
      ...(description === undefined ? {} : { description }),
      columns,
    },
    runs,
  };
  return JSON.stringify(metadata, bigintsAsNumbers, indent);
}
