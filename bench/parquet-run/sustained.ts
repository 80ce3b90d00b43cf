import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parquetMetadata } from 'hyparquet';
import type { RecorderConfig } from '../../src/index.ts';
import { figure, type ReportTable, times } from '../report.ts';
import { runForJson } from '../sqlite/native.ts';
import type { Run } from '../sqlite/task.ts';
import { median, pairedRatio } from '../statistics.ts';
import { bytesUnder } from './worlds.ts';

const PARQUET = 'parquet';
const DISCARD = 'discarding backend';

interface Subject {
  readonly name: string;
  readonly config: RecorderConfig;
  /** Rows of the table in what was recorded to a path. */
  readonly count: ((path: string) => number) | null;
}

const SUBJECTS: readonly Subject[] = [
  { name: PARQUET, config: { backend: 'parquet' }, count: rowsInParquet },
  {
    name: "parquet, durability 'none'",
    config: { backend: 'parquet', durability: 'none' },
    count: rowsInParquet,
  },
  {
    name: 'parquet, no compression',
    config: { backend: 'parquet', parquet: { compression: 'none' } },
    count: rowsInParquet,
  },
  { name: 'sqlite', config: { backend: 'sqlite' }, count: rowsInSqlite },
  {
    name: DISCARD,
    config: { backend: new URL('../discard-backend.ts', import.meta.url).href },
    count: null,
  },
];

interface Result {
  readonly runs: Run[];
  bytes: number;
}

/** Records the same rows with each backend, in turn, each time in a process of its own. */
export function sustained(folder: string, rows: number, repetitions: number): ReportTable {
  const results = new Map<string, Result>(SUBJECTS.map(({ name }) => [name, { runs: [], bytes: 0 }]));
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const subject of repetition % 2 === 0 ? SUBJECTS : SUBJECTS.toReversed()) {
      const result = results.get(subject.name)!;
      const path = join(folder, 'recording.db');
      result.runs.push(record(subject, path, rows));
      if (subject.count === null) continue;
      const written = subject.count(path);
      if (written !== rows) throw new Error(`${subject.name} wrote ${written} rows of ${rows}`);
      result.bytes = bytesUnder(path);
      rmSync(path, { recursive: true });
    }
  }
  const discard = results.get(DISCARD)!.runs;
  return {
    caption: `${rows.toLocaleString('en-US')} rows through the whole recorder, medians of ${repetitions} runs`,
    head: [
      '',
      'rows/s',
      'share of the discarding backend',
      'CPU, ns a row',
      'time in the recorder',
      'waiting for room',
      'bytes a row on disk',
      'peak memory, MB',
    ],
    rows: [...results].map(([name, { runs, bytes }]) => {
      const middle = (of: (run: Run) => number) => median(runs.map(of));
      const share = (of: (run: Run) => number) =>
        `${Math.round(100 * middle((run) => of(run) / run.seconds))} %`;
      return [
        name,
        Math.round(rows / middle(({ seconds }) => seconds)).toLocaleString('en-US'),
        times(pairedRatio(secondsOf(discard), secondsOf(runs))),
        figure((middle(({ cpu }) => cpu) / rows) * 1e9),
        share((run) => run.inRecorder!),
        share((run) => run.stalled!),
        bytes === 0 ? '-' : figure(bytes / rows),
        figure(middle(({ peakMb }) => peakMb)),
      ];
    }),
  };
}

const secondsOf = (runs: readonly Run[]) => runs.map(({ seconds }) => seconds);

function record({ config, count }: Subject, path: string, rows: number): Run {
  const chosen = JSON.stringify({ ...config, ...(count === null ? {} : { path }) });
  const program = join(import.meta.dirname, 'run-writer.ts');
  return runForJson<Run>(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    program,
    chosen,
    String(rows),
  ]);
}

function rowsInParquet(path: string): number {
  const tables = join(path, 'tables');
  const files = readdirSync(tables).filter((name) => name.startsWith('body_state-'));
  return files.reduce((sum, name) => {
    const file = readFileSync(join(tables, name));
    const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.length);
    return sum + Number(parquetMetadata(bytes).num_rows);
  }, 0);
}

function rowsInSqlite(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  const { rows } = database.prepare('SELECT count(*) AS rows FROM body_state').get()!;
  database.close();
  return Number(rows);
}
