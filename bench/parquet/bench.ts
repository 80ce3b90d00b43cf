import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from '../folder.ts';
import { figure, type Report, type ReportTable, type Scale, type Target, times } from '../report.ts';
import { median, pairedRatio } from '../statistics.ts';
import { bytesOf, type Motion, makeColumns } from './columns.ts';
import { type FileFacts, factsOf } from './files.ts';
import { pyarrow } from './pyarrow.ts';
import { remote } from './remote.ts';
import type { Condition, RemoteWriter, Taken } from './writer.ts';
import { OURS, PYARROW, RAW, WASM, WRITERS } from './writers.ts';

const MOTIONS: readonly Motion[] = ['smooth', 'noise'];
const SPLIT_ZSTD: Condition = { split: true, compression: 'zstd' };
const PLAIN: Condition = { split: false, compression: 'none' };

/** Our own settings that are compared. */
const SETTINGS: readonly Condition[] = [
  { compression: 'none', split: false },
  { compression: 'snappy', split: false },
  { compression: 'snappy', split: true },
  { compression: 'lz4', split: true },
  { compression: 'zstd', level: 1, split: false },
  { compression: 'zstd', level: 1, split: true },
  { compression: 'zstd', level: 3, split: true },
  { compression: 'zstd', level: 9, split: true },
  { compression: 'brotli', level: 1, split: true },
  { compression: 'gzip', level: 1, split: true },
];

const BYTES_A_ROW = bytesOf(makeColumns(1, 'noise'));

export async function bench({ quick }: Scale): Promise<Report> {
  const rows = quick ? 200_000 : 1_000_000;
  const repetitions = quick ? 3 : 5;
  const python = pyarrow();
  const writers = Object.keys(WRITERS).map(remote);
  const ours = writers.find(({ name }) => name === OURS)!;
  if (python !== null) writers.push(python);
  const tables: ReportTable[] = [];
  const targets: Target[] = [];
  await inFolder(async (folder) => {
    const path = join(folder, 'file');
    for (const motion of MOTIONS) {
      for (const writer of writers) await writer.prepare(rows, motion);
      const settings = SETTINGS.map((condition) => ({ name: nameOf(condition), writer: ours, condition }));
      tables.push(settingsTable(await takeTurns(settings, path, rows, quick ? 2 : 3), rows, motion));
      for (const condition of [SPLIT_ZSTD, PLAIN]) {
        const peers = writers.map((writer) => ({ name: writer.name, writer, condition }));
        const runs = await takeTurns(peers, path, rows, repetitions);
        tables.push(peerTable(runs, rows, motion, condition));
        if (condition === SPLIT_ZSTD) targets.push(...targetsOf(runs, motion));
      }
    }
  });
  for (const writer of writers) writer.close();
  const missing = python === null ? ['pyarrow was not run: `npm run test:interop` installs it.'] : [];
  return { title: 'Parquet files', text: [...textOf(rows), ...missing], tables, targets };
}

interface Subject {
  readonly name: string;
  readonly writer: RemoteWriter;
  readonly condition: Condition;
}

interface Runs {
  readonly taken: Taken[];
  readonly facts: FileFacts;
}

/** Has all write their file in turn; the order turns round with each repetition. The first two files warm up. */
async function takeTurns(
  subjects: readonly Subject[],
  path: string,
  rows: number,
  repetitions: number,
): Promise<Map<string, Runs>> {
  const runs = new Map<string, Runs>();
  for (const { name, writer, condition } of subjects) {
    await writer.write(path, condition);
    const facts = writer.name === RAW ? { bytes: statSync(path).size, encoding: '' } : factsOf(path, rows);
    runs.set(name, { taken: [], facts });
  }
  for (let repetition = -1; repetition < repetitions; repetition++) {
    for (const { name, writer, condition } of repetition % 2 === 0 ? subjects : [...subjects].reverse()) {
      rmSync(path);
      const taken = await writer.write(path, condition);
      if (repetition >= 0) runs.get(name)!.taken.push(taken);
    }
  }
  rmSync(path);
  return runs;
}

function nameOf({ compression, level, split }: Condition): string {
  return `${compression}${level === undefined ? '' : ` ${level}`}, ${split ? 'split' : 'plain'}`;
}

function settingsTable(runs: ReadonlyMap<string, Runs>, rows: number, motion: Motion): ReportTable {
  return {
    caption: `Our codecs, ${motion} numbers`,
    head: ['', 'rows/s', 'MB/s', 'CPU, ns a row', 'size, share of raw'],
    rows: [...runs].map(([name, run]) => [name, ...rates(run, rows), cpuOf(run, rows), sizeOf(run, rows)]),
  };
}

function peerTable(
  runs: ReadonlyMap<string, Runs>,
  rows: number,
  motion: Motion,
  condition: Condition,
): ReportTable {
  const ours = secondsOf(runs, OURS);
  const layout = condition.split ? 'split into bytes, zstd 1' : 'plain, no compression';
  return {
    caption: `Peers, ${motion} numbers, ${layout}`,
    head: [
      '',
      'rows/s',
      'MB/s',
      'our speed to it',
      'CPU, ns a row',
      'its CPU to ours',
      'size, share of raw',
      'layout of numbers',
    ],
    rows: [...runs].map(([name, run]) => [
      name,
      ...rates(run, rows),
      times(pairedRatio(secondsOf(runs, name), ours)),
      cpuOf(run, rows),
      times(pairedRatio(cpuSecondsOf(run), cpuSecondsOf(runs.get(OURS)!))),
      sizeOf(run, rows),
      run.facts.encoding,
    ]),
  };
}

function secondsOf(runs: ReadonlyMap<string, Runs>, name: string): number[] {
  return runs.get(name)!.taken.map(({ seconds }) => seconds);
}

function rates({ taken }: Runs, rows: number): string[] {
  const perSecond = rows / median(taken.map(({ seconds }) => seconds));
  return [Math.round(perSecond).toLocaleString('en-US'), figure((perSecond * BYTES_A_ROW) / 1e6)];
}

function cpuSecondsOf({ taken }: Runs): number[] {
  return taken.map(({ cpu }) => cpu);
}

function cpuOf(run: Runs, rows: number): string {
  return figure((median(cpuSecondsOf(run)) / rows) * 1e9);
}

function sizeOf({ facts }: Runs, rows: number): string {
  return figure(facts.bytes / (rows * BYTES_A_ROW));
}

function targetsOf(runs: ReadonlyMap<string, Runs>, motion: Motion): Target[] {
  const against = [
    [WASM, 2],
    [PYARROW, 1],
  ] as const;
  const ours = runs.get(OURS)!;
  return against
    .filter(([name]) => runs.has(name))
    .flatMap(([name, wanted]) => {
      const target = (what: string, ratio: number): Target => ({
        what: `${what}, ${motion} numbers, split, zstd 1`,
        target: `>= ${wanted} x ${name}`,
        figure: times(ratio),
        met: ratio >= wanted,
      });
      return [
        target('rows a second', pairedRatio(secondsOf(runs, name), secondsOf(runs, OURS))),
        target('rows a processor second', pairedRatio(cpuSecondsOf(runs.get(name)!), cpuSecondsOf(ours))),
      ];
    });
}

const textOf = (rows: number) => [
  `${rows.toLocaleString('en-US')} rows of an id, a step number, 20 f64 and a label, ${BYTES_A_ROW} bytes a row, ` +
    'from columns in memory to a closed file in row groups of 50,000 rows (written, not synced). *Smooth* numbers are a random walk, ' +
    'as of positions; *noise* has all 52 bits of each number random, so that nothing can be saved but by the exponent. ' +
    'Sizes and MB/s count the memory of the columns.',
  'Peers write the same columns with the same encodings where they let one choose: ids and step numbers ' +
    'DELTA_BINARY_PACKED, labels as a dictionary, numbers BYTE_STREAM_SPLIT or PLAIN, statistics of pages. parquet-wasm is timed twice, ' +
    'from a table in its own memory and with bringing the columns there, as a recorder would have to; hyparquet-writer gets our zstd; ' +
    'DuckDB copies a table in memory; pyarrow writes a table in memory. All on one thread.',
  'The subjects take turns; figures are medians, ratios medians of the ratios within one turn. Processor time is that of the ' +
    'whole process, garbage collection included.',
];
