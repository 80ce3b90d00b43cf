import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { inFolder } from '../folder.ts';
import { findPython } from '../python.ts';
import { figure, type Report, type Scale, type Target } from '../report.ts';
import { BODIES_PER_FRAME } from '../state.ts';
import { median } from '../statistics.ts';
import { FORMATS, type Format, generate, type Recording } from './generate.ts';
import { QUESTIONS, type Question, RANGE, type Reading } from './reading.ts';

const OURS = 'simtape';
const PEERS: Readonly<Record<Format, readonly string[]>> = {
  parquet: ['duckdb', 'pandas'],
  hdf5: ['pandas'],
  sqlite: ['pandas'],
};
const IN_WORDS: Readonly<Record<Question, string>> = {
  at: 'the states at a time',
  range: `${RANGE} frames, all columns`,
  column: 'one column of all rows',
};

/** Rows that are recorded; `npm run bench -- read --rows 10000000` takes others. */
const ROWS = 1_000_000;

export async function bench({ quick, rows = quick ? ROWS / 10 : ROWS }: Scale): Promise<Report> {
  const frames = Math.ceil(rows / BODIES_PER_FRAME);
  const python = findPython(['duckdb', 'pandas', 'pyarrow', 'h5py']);
  return inFolder(async (folder) => {
    const recordings: Recording[] = [];
    for (const format of FORMATS) recordings.push(await generate(format, folder, frames));
    const found = new Map<string, Reading>();
    for (const { format, path } of recordings) {
      const programs = [OURS, ...(python === null ? [] : PEERS[format])];
      for (const question of QUESTIONS) {
        const readings = programs.map((program) =>
          Array.from({ length: quick ? 1 : 3 }, () =>
            program === OURS
              ? askUs(path, question, frames)
              : askPeer(python!, `${program}-${format}`, path, question, frames),
          ),
        );
        checkSame(readings.flat());
        for (const [i, program] of programs.entries()) {
          found.set(`${format} ${question} ${program}`, typical(readings[i]!));
        }
      }
    }
    const all = (frames * BODIES_PER_FRAME).toLocaleString('en-US');
    return {
      title: 'Reading a part of a recording',
      text: [
        `${all} rows of 22 columns, ${BODIES_PER_FRAME} bodies in ${frames.toLocaleString('en-US')} frames, are asked for the ` +
          `states at a time, for ${RANGE} frames and for one column; each in a process of its own, with the file in the ` +
          "system's cache and the program loaded. The first time is from before the recording is opened, the second is asked once more; bytes are " +
          'those that the process read from files, memory is what it took beyond its program at its highest. pandas reads ' +
          'Parquet through pyarrow with filters, SQLite through sqlite3, HDF5 through h5py: there it finds the rows in the ' +
          'whole column of frames, since HDF5 has no index.',
        ...(python === null
          ? ['The others were left out: no Python has them (`npm run test:interop` installs it).']
          : []),
      ],
      tables: recordings.map(({ format, bytes }) => ({
        caption: `${format}, ${figure(bytes / 1e6)} MB`,
        head: ['', 'by', 'first, ms', 'again, ms', 'MB read', 'MB of memory'],
        rows: QUESTIONS.flatMap((question) =>
          [OURS, ...PEERS[format]].flatMap((program) => {
            const reading = found.get(`${format} ${question} ${program}`);
            if (reading === undefined) return [];
            const { seconds, again, bytes: read, memory } = reading;
            const figures = [seconds * 1e3, again * 1e3, read / 1e6, memory].map(figure);
            return [[IN_WORDS[question], program, ...figures]];
          }),
        ),
      })),
      targets: recordings.flatMap(({ format, bytes }) => targetsOf(format, bytes, found)),
    };
  });
}

/** A question about a part reads no more than a part. */
function targetsOf(format: Format, bytes: number, found: ReadonlyMap<string, Reading>): Target[] {
  // A row of SQLite stands in one place, with all its columns.
  const questions = QUESTIONS.filter((question) => format !== 'sqlite' || question !== 'column');
  return questions.map((question) => {
    const share = found.get(`${format} ${question} ${OURS}`)!.bytes / bytes;
    return {
      what: `${format}: ${IN_WORDS[question]}`,
      target: 'at most 10 % of the file read',
      figure: `${figure(share * 100)} %`,
      met: share <= 0.1,
    };
  });
}

function askUs(path: string, question: Question, frames: number): Reading {
  const worker = join(import.meta.dirname, 'ours-worker.ts');
  return run(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    worker,
    path,
    question,
    String(frames),
  ]);
}

function askPeer(python: string, name: string, path: string, question: Question, frames: number): Reading {
  return run(python, [join(import.meta.dirname, 'peer.py'), name, path, question, String(frames)]);
}

function run(program: string, words: readonly string[]): Reading {
  return JSON.parse(execFileSync(program, words, { encoding: 'utf8' })) as Reading;
}

function checkSame(readings: readonly Reading[]): void {
  const [first] = readings;
  const other = readings.find(
    ({ rows, sum }) => rows !== first!.rows || Math.abs(sum - first!.sum) > 1e-9 * Math.abs(first!.sum),
  );
  if (other !== undefined) throw new Error(`answers differ: ${JSON.stringify([first, other])}`);
}

function typical(readings: readonly Reading[]): Reading {
  const middle = (key: keyof Reading) => median(readings.map((reading) => reading[key]));
  const [{ rows, sum }] = readings as [Reading];
  return {
    seconds: middle('seconds'),
    again: middle('again'),
    bytes: middle('bytes'),
    memory: middle('memory'),
    rows,
    sum,
  };
}
