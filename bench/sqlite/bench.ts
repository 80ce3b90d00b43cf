import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { inFolder } from '../folder.ts';
import type { Scale } from '../report.ts';
import { figure, type Report, type Target, times } from '../report.ts';
import { BODIES_PER_FRAME } from '../state.ts';
import { median, pairedRatio } from '../statistics.ts';
import { compileNative, runForJson } from './native.ts';
import { tablesAsSql } from './schema.ts';
import { ROWS_PER_TRANSACTION, type Run } from './task.ts';

const OURS = 'simtape, default settings';
const ONE = 'node:sqlite by hand, a row a statement';
const MANY = 'node:sqlite by hand, 20 rows a statement';
const C_API = 'C API, one bind and step a row';

export async function bench({ quick }: Scale): Promise<Report> {
  return inFolder(async (folder) => {
    const rows = quick ? 200_000 : 1_000_000;
    const schema = await tablesAsSql(folder);
    const native = compileNative(folder);
    const writers = new Map<string, (path: string) => Run>([
      [OURS, (path) => node('simtape-writer.ts', path, String(rows))],
      [ONE, (path) => node('hand-writer.ts', path, schema, String(rows), '1')],
      [MANY, (path) => node('hand-writer.ts', path, schema, String(rows), '20')],
    ]);
    if ('program' in native) {
      const rest = [schema, String(rows), String(BODIES_PER_FRAME), String(ROWS_PER_TRANSACTION)];
      writers.set(C_API, (path) => runForJson<Run>(native.program, [path, ...rest]));
    }
    const runs = measure(writers, folder, rows);
    const ours = runs.get(OURS)!;
    const peer = runs.get(C_API) ?? runs.get(ONE)!;
    const table = [...runs].map(([name, all]) => line(name, all, peer, rows));
    const share = median(ours.map(({ inRecorder, seconds }) => inRecorder! / seconds));
    const stalled = median(ours.map(({ stalled, seconds }) => stalled! / seconds));
    const missing = 'missing' in native ? [`The C API was left out: ${native.missing}.`] : [];
    return {
      title: 'SQLite, sustained',
      text: [
        ...textOf(rows),
        `The simulation spends ${percent(share)} of our time in \`recordFrame\` and \`append\` (${percent(stalled)} ` +
          'waiting for room in the buffers), since it does nothing else here.',
        ...missing,
      ],
      tables: [
        {
          caption: `${rows.toLocaleString('en-US')} rows, medians of 3 runs`,
          head: [
            '',
            'rows/s',
            'ratio to the C API',
            'seconds',
            'processor seconds',
            'peak memory, MB',
            'SQLite',
          ],
          rows: table,
        },
      ],
      targets: runs.has(C_API) ? [target(ours, peer)] : [],
    };
  });
}

function node(script: string, ...args: string[]): Run {
  const program = join(import.meta.dirname, script);
  const run = runForJson<Run>(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args]);
  return { ...run, version: run.version || process.versions.sqlite! };
}

/** Lets writers take turns, and checks that each has written all rows. */
function measure(
  writers: ReadonlyMap<string, (path: string) => Run>,
  folder: string,
  rows: number,
): Map<string, Run[]> {
  const runs = new Map<string, Run[]>([...writers.keys()].map((name) => [name, []]));
  for (let repetition = 0; repetition < 3; repetition++) {
    for (const [name, write] of writers) {
      const path = join(folder, 'rows.db');
      runs.get(name)!.push(write(path));
      const database = new DatabaseSync(path, { readOnly: true });
      const written = database.prepare('SELECT count(*) AS rows FROM body_state').get()!.rows;
      database.close();
      if (written !== rows) throw new Error(`${name} wrote ${written} rows of ${rows}`);
      for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
    }
  }
  return runs;
}

function line(name: string, all: readonly Run[], peer: readonly Run[], rows: number): string[] {
  const middle = (field: 'seconds' | 'cpu' | 'peakMb') => median(all.map((run) => run[field]));
  return [
    name,
    Math.round(rows / middle('seconds')).toLocaleString('en-US'),
    times(speedRatio(all, peer)),
    figure(middle('seconds')),
    figure(middle('cpu')),
    figure(middle('peakMb')),
    all[0]!.version,
  ];
}

function speedRatio(ours: readonly Run[], peer: readonly Run[]): number {
  const seconds = (runs: readonly Run[]) => runs.map((run) => run.seconds);
  return pairedRatio(seconds(peer), seconds(ours));
}

function target(ours: readonly Run[], peer: readonly Run[]): Target {
  const ratio = speedRatio(ours, peer);
  return {
    what: 'sustained rows a second',
    target: '>= 1.0 x C API',
    figure: times(ratio),
    met: ratio >= 1,
  };
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

const textOf = (rows: number) => [
  `${rows.toLocaleString('en-US')} rows of 20 f64 (a random walk), an integer and a frame reference, 100 rows a frame, as fast ` +
    'as they can be made, from the first row until the file is closed and its log is merged. Peers write the very same ' +
    'tables, index and foreign key with the same settings (WAL, synchronous NORMAL, foreign keys on), ' +
    `${ROWS_PER_TRANSACTION.toLocaleString('en-US')} rows a transaction.`,
  'Each run is a process of its own; the writers take turns. Processor time and peak memory are those of the whole ' +
    'process. The recorder uses two threads, its peers one.',
];
