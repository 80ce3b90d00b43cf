import {
  type ColumnStatistics,
  columnStatistics,
  type Reader,
  trajectoryStatistics,
} from '../src/read/index.ts';
import { timeSource } from '../src/schema/time-source.ts';
import { print, tell } from './output.ts';
import { UsageError } from './problems.ts';
import { openNamed } from './recordings/locate.ts';
import { chosenTables, type RowFlags, readOptions } from './recordings/rows.ts';
import { statisticsText } from './stats/text.ts';
import { trajectoriesText } from './stats/trajectories.ts';
import { clean, counted } from './text/format.ts';
import { exact } from './text/json.ts';
import { withProgress } from './text/progress.ts';
import { bold, dim } from './text/style.ts';
import { indent } from './text/table.ts';

interface StatsFlags extends RowFlags {
  readonly trajectories?: boolean;
  readonly json?: boolean;
}

/** `simtape stats`: what the columns of a table hold, or of all. */
export async function stats(path: string, table: string | undefined, flags: StatsFlags): Promise<number> {
  using reader = await openNamed(path);
  for (const note of reader.notes) tell(`note: ${note}`);
  if (flags.trajectories) return await trajectories(reader, table, flags);
  const tables = chosenTables(reader, table, flags);
  const all = await withProgress('reading', flags.json ?? false, async (amount) => {
    amount.total = tables.reduce((sum, name) => sum + reader.table(name).info.rows, 0);
    const gathered: [string, ColumnStatistics[]][] = [];
    for (const name of tables) {
      const before = amount.done;
      const onProgress = (rows: number) => {
        amount.done = before + rows;
      };
      gathered.push([
        name,
        await columnStatistics(reader, name, { ...readOptions(flags), bins: BINS, onProgress }),
      ]);
    }
    return gathered;
  });
  print(flags.json ? asJson(reader, all) : asText(all));
  return 0;
}

/** The ways of agents instead of columns. */
async function trajectories(reader: Reader, table: string | undefined, flags: StatsFlags): Promise<number> {
  if (table !== undefined && table !== 'steps') {
    throw new UsageError(`--trajectories are of steps, not of ${table}; leave the table out`);
  }
  const { episode, agent, run, json } = flags;
  // How long a simulated flight was says more than how long simulating it took.
  const source = timeSource(reader.table('steps').info);
  const all = await trajectoryStatistics(reader, {
    ...(source?.through === 'itself' && source.second === 1 ? { time: source.column.name } : {}),
    ...(episode === undefined ? {} : { episode }),
    ...(agent === undefined ? {} : { agent }),
    ...(run === undefined ? {} : { run }),
  });
  print(json ? JSON.stringify({ path: reader.path, trajectories: all }, exact) : trajectoriesText(all));
  return 0;
}

/** Bars of a histogram at most. */
const BINS = 12;

type Gathered = readonly (readonly [table: string, columns: readonly ColumnStatistics[]])[];

function asText(all: Gathered): string {
  const blocks = all.map(([table, columns]) => {
    const title = `${bold(clean(table))}  ${dim(counted(columns[0]?.rows ?? 0, 'row'))}`;
    const own = columns.length > 1 ? columns.filter(({ column }) => !isRowId(column)) : columns;
    return `${title}\n${indent(statisticsText(own))}`;
  });
  return blocks.length === 0 ? 'the recording holds no tables' : blocks.join('\n\n');
}

/** Row ids say nothing that the number of rows does not. */
function isRowId({ kind, references }: ColumnStatistics['column']): boolean {
  return kind === 'ref' && references === undefined;
}

function asJson({ path }: Reader, all: Gathered): string {
  const tables = Object.fromEntries(
    all.map(([table, columns]) => [
      table,
      {
        rows: columns[0]?.rows ?? 0,
        columns: columns.map(({ column: { name, kind, unit }, nulls, values }) => ({
          name,
          kind,
          unit,
          nulls,
          ...values,
        })),
      },
    ]),
  );
  return JSON.stringify({ path, tables }, exact);
}
