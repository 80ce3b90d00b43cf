import { crc32 } from 'node:zlib';
import { type ParquetColumn, ParquetWriter } from '../../formats/parquet/index.ts';
import type { StoredColumn } from '../../schema/plan.ts';
import type { RunInfo } from '../backend.ts';
import { bigintsAsNumbers } from '../exact-json.ts';
import { type Extreme, meanOf } from './column-facts.ts';
import { METADATA_KEY } from './file-metadata.ts';
import type { RunOutcomes } from './outcomes.ts';
import type { ColumnStatistics } from './statistics.ts';
import type { Table } from './table.ts';

const text = (name: string): ParquetColumn => ({ name, kind: 'utf8', nullable: true });
const json = (name: string): ParquetColumn => ({ name, kind: 'json', nullable: true });
const real = (name: string): ParquetColumn => ({ name, kind: 'f64', nullable: true });
const integer = (name: string): ParquetColumn => ({ name, kind: 'i64', nullable: true });

type Cell = string | number | null;

/** One row: what the run was. Times are seconds since the Unix epoch. */
export function metadataFile(run: RunInfo, endTimestamp: number | null, createdBy: string): Uint8Array[] {
  const { provenance } = run;
  const columns: readonly (readonly [ParquetColumn, Cell])[] = [
    [text('run_id'), run.runId],
    [real('start_timestamp'), run.startTimestamp],
    [real('end_timestamp'), endTimestamp],
    [text('world'), provenance.world ?? null],
    [text('seed'), provenance.seed === undefined ? null : String(provenance.seed)],
    [json('configuration'), jsonText(run.configuration)],
    [text('configuration_hash'), run.configurationHash],
    [json('metadata'), jsonText(run.metadata)],
    [text('git_commit'), provenance.gitCommit ?? null],
    [text('host'), provenance.host],
    [text('platform'), provenance.platform],
    [text('simtape_version'), provenance.versions.simtape],
    [text('node_version'), provenance.versions.node],
    [json('provenance'), jsonText(provenance)],
  ];
  return smallFile(
    columns.map(([column]) => column),
    [columns.map(([, cell]) => cell)],
    run.runId,
    createdBy,
  );
}

const STATISTICS: readonly ParquetColumn[] = [
  text('run_id'),
  text('table'),
  text('column'),
  text('kind'),
  text('unit'),
  integer('count'),
  integer('nulls'),
  integer('nans'),
  real('min'),
  real('max'),
  real('mean'),
  text('min_text'),
  text('max_text'),
  real('value'),
];

/**
 * A row for each column of each table; and one for each figure of the run, under the table `runs`, with a `value`.
 * `min_text` and `max_text` are those of text, and 64-bit integers with all their digits.
 */
export function statisticsFile(
  run: RunInfo,
  tables: readonly Table[],
  outcomes: RunOutcomes,
  createdBy: string,
): Uint8Array[] {
  const rows = tables.flatMap(({ plan, statistics }) =>
    statistics.columns.map((column) => columnRow(run.runId, plan.name, column)),
  );
  const steps = tables.find(({ plan }) => plan.name === 'steps')?.rows ?? 0;
  const { episodes, reward, rewarded, successes, judged } = outcomes;
  const figures: readonly (readonly [string, number | null])[] = [
    ['episodes', episodes],
    ['steps', steps],
    ['total_reward', rewarded === 0 ? null : reward],
    ['mean_reward', rewarded === 0 ? null : reward / rewarded],
    ['success_rate', judged === 0 ? null : successes / judged],
  ];
  for (const [name, value] of figures) rows.push(figureRow(run.runId, name, value));
  return smallFile(STATISTICS, rows, run.runId, createdBy);
}

function columnRow(runId: string, table: string, statistics: ColumnStatistics): Cell[] {
  const { column, nulls, facts } = statistics;
  const { count, nans, min, max } = facts;
  return [
    runId,
    table,
    column.name,
    column.kind,
    column.unit ?? null,
    count,
    nulls,
    nans,
    asNumber(min),
    asNumber(max),
    meanOf(facts),
    asText(column, min),
    asText(column, max),
    null,
  ];
}

function figureRow(runId: string, name: string, value: number | null): Cell[] {
  const cells: Cell[] = STATISTICS.map(() => null);
  cells[0] = runId;
  cells[1] = 'runs';
  cells[2] = name;
  cells[3] = 'f64';
  cells[STATISTICS.findIndex((column) => column.name === 'value')] = value;
  return cells;
}

/** A bound of zero is -0 as a minimum in Parquet, because both zeros may be among the values; here it is 0. */
function asNumber(value: Extreme | null): number | null {
  return value === null || value instanceof Uint8Array ? null : Number(value) + 0;
}

function asText({ kind }: StoredColumn, value: Extreme | null): string | null {
  if (value instanceof Uint8Array) {
    return kind === 'bytes' ? Buffer.from(value).toString('hex') : new TextDecoder().decode(value);
  }
  return typeof value === 'bigint' ? String(value) : null;
}

/** A file of a few rows. */
function smallFile(
  columns: readonly ParquetColumn[],
  rows: readonly (readonly Cell[])[],
  runId: string,
  createdBy: string,
): Uint8Array[] {
  const writer = new ParquetWriter({ columns, createdBy, crc32 });
  const batch = columns.map(({ kind }, c) => {
    const cells = rows.map((row) => row[c]!);
    const validity = Uint8Array.from(cells, (cell) => (cell === null ? 0 : 1));
    if (kind === 'f64') return [{ rows: rows.length, validity, values: Float64Array.from(cells, Number) }];
    if (kind === 'i64') {
      return [
        { rows: rows.length, validity, values: BigInt64Array.from(cells, (cell) => BigInt(cell ?? 0)) },
      ];
    }
    return [{ rows: rows.length, validity, values: cells as (string | null)[] }];
  });
  const chunks = writer.writeRowGroup({ rows: rows.length, columns: batch });
  const facts = JSON.stringify({ formatVersion: 1, runId });
  return [...chunks, ...writer.finish({ [METADATA_KEY]: facts })];
}

function jsonText(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value, bigintsAsNumbers);
}
