import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { inFolder } from '../folder.ts';
import type { Scale } from '../report.ts';
import { figure, type Report, times } from '../report.ts';
import { tablesAsSql } from '../sqlite/schema.ts';
import { BODIES_PER_FRAME, makeState, STATE, walk } from '../state.ts';
import { interleave, median, pairedRatio } from '../statistics.ts';

const AUTOCOMMIT = 'each row by itself (autocommit)';
const SIZES = [10, 100, 1000];

export async function bench({ quick }: Scale): Promise<Report> {
  return inFolder(async (folder) => {
    const schema = await tablesAsSql(folder);
    const rows = quick ? 5_000 : 20_000;
    const subject = (name: string, size: number) => ({
      name,
      measure: () => rowsPerSecond(join(folder, 'batch.db'), schema, rows, size),
    });
    const subjects = [
      subject(AUTOCOMMIT, 1),
      ...SIZES.map((size) => subject(`${size.toLocaleString('en-US')} rows a transaction`, size)),
    ];
    const figures = await interleave(subjects, 5, 1);
    const single = figures.get(AUTOCOMMIT)!;
    const ratios = new Map([...figures].map(([name, speed]) => [name, pairedRatio(speed, single)]));
    const table = [...figures].map(([name, speed]) => [
      name,
      Math.round(median(speed)).toLocaleString('en-US'),
      times(ratios.get(name)!),
      figure(1e6 / median(speed)),
    ]);
    const hundred = ratios.get('100 rows a transaction')!;
    return {
      title: 'Rows a transaction',
      text: [
        'Why rows are collected and committed in batches: the same rows into the same tables, one INSERT a row through ' +
          '`node:sqlite` (WAL, synchronous NORMAL, which does not wait for the disk at a commit), with more or fewer ' +
          `rows a transaction. ${rows.toLocaleString('en-US')} rows, 5 runs in turn, medians.`,
      ],
      tables: [{ caption: 'Speed', head: ['', 'rows/s', 'ratio to autocommit', 'us a row'], rows: table }],
      targets: [
        {
          what: '100 rows a transaction',
          target: '> 2 x autocommit',
          figure: times(hundred),
          met: hundred > 2,
        },
      ],
    };
  });
}

function rowsPerSecond(path: string, schema: string, rows: number, size: number): number {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = 2000');
  database.exec('PRAGMA foreign_keys = ON');
  database.exec(schema);
  database.exec('INSERT INTO simulation_frame VALUES (1, 0, 0, 1)');
  const insert = database.prepare(`INSERT INTO body_state VALUES (${'?, '.repeat(STATE.length + 3)}1)`);
  const state = makeState();
  const values: SQLInputValue[] = [];
  walk(state, 1);
  const start = performance.now();
  for (let row = 0; row < rows; row++) {
    if (size > 1 && row % size === 0) database.exec('BEGIN');
    const body = row % BODIES_PER_FRAME;
    values[0] = row + 1;
    values[1] = 1;
    values[2] = body;
    for (let k = 0; k < STATE.length; k++) values[k + 3] = state[body * STATE.length + k]!;
    insert.run(...values);
    if (size > 1 && (row + 1) % size === 0) database.exec('COMMIT');
  }
  const seconds = (performance.now() - start) / 1000;
  database.close();
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
  return rows / seconds;
}
