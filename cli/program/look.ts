import { type Command, Option } from 'commander';
import { command, decimal, FOLDER, names, wholeNumber } from './command.ts';

/** The commands that say what is in recordings. */
export function addLookCommands(program: Command, done: (exitCode: number) => void): void {
  command(program, 'ls', 'list recordings, oldest first', ['', 'data --json'])
    .argument('[dir]', 'folder to look in, and in its folders', FOLDER)
    .option('--json', 'print one JSON object')
    .action(async (folder, flags) => done(await (await import('../ls.ts')).ls(folder, flags)));

  command(program, 'info', 'show what a recording holds', [`${FOLDER}/runs/run_20260301_120000_k3v9`, FOLDER])
    .argument('<path>', 'a recording, or a folder with recordings')
    .option('--json', 'print one JSON object')
    .action(async (path, flags) => done(await (await import('../info.ts')).info(path, flags)));

  rowOptions(
    command(program, 'head', 'show the first rows of a table', [
      'flight.db steps -n 20',
      'flight.db steps --episode 3 --columns step_number,position_x,reward',
      'flight.db steps -n 1000000 --format csv > steps.csv',
    ])
      .argument('<path>', 'a recording, or a folder with recordings')
      .argument('[table]', 'table to show (default: all)')
      .option('-n, --rows <n>', 'how many rows (default: 10)', wholeNumber('--rows', 0)),
  )
    .addOption(
      new Option('--format <format>', 'how to print the rows')
        .choices(['table', 'csv', 'json'])
        .default('table'),
    )
    .addOption(new Option('--json', 'the same as --format json').conflicts('format'))
    .addHelpText('after', HEAD)
    .action(async (path, table, flags) => done(await (await import('../head.ts')).head(path, table, flags)));

  rowOptions(
    command(program, 'stats', 'say what the columns of a table hold', [
      'flight.db steps',
      'flight.db steps --episode 3 --columns reward,position_x',
    ])
      .argument('<path>', 'a recording, or a folder with recordings')
      .argument('[table]', 'table to look at (default: all)'),
  )
    .option('--trajectories', 'the ways of agents through episodes: distances, path efficiency, duration')
    .option('--json', 'print one JSON object')
    .addHelpText('after', STATS)
    .action(async (path, table, flags) =>
      done(await (await import('../stats.ts')).stats(path, table, flags)),
    );

  command(program, 'sql', 'query a recording (read-only)', [
    'flight.db "SELECT count(*) FROM steps"',
    'flight.db "SELECT * FROM steps" --format csv > steps.csv',
    `${FOLDER} "SELECT run_id, avg(total_reward) FROM episodes GROUP BY run_id" --json`,
    'flight.db - < query.sql',
  ])
    .argument('<path>', 'a recording, or a folder with recordings, which are queried as one')
    .argument('<statement>', 'one SQL statement; - reads it from standard input')
    .addOption(
      new Option('--format <format>', 'how to print the rows')
        .choices(['table', 'csv', 'json'])
        .default('table'),
    )
    .addOption(new Option('--json', 'the same as --format json').conflicts('format'))
    .addHelpText('after', FORMATS)
    .action(async (path, statement, flags) =>
      done(await (await import('../sql.ts')).sql(path, statement, flags)),
    );

  command(program, 'compare', 'say where two runs part', [
    'before.db after.db',
    'a.db b.h5 --tolerance 1e-9 --table steps,episodes',
    'flight.db flight.db --run-a run_20260301_120000_k3v9 --run-b run_20260301_120500_x81q',
  ])
    .argument('<a>', 'a recording')
    .argument('<b>', 'another one, of any backend')
    .option('--tolerance <n>', 'by how much numbers may differ', decimal('--tolerance', 0))
    .option('--relative <n>', 'the same, as a share of the larger one', decimal('--relative', 0))
    .option('--table <names>', 'only these tables', names)
    .option('--ignore <names>', 'columns to leave out: reward, steps.reward, or a vector, position', names)
    .option('--wall-clock', 'compare wall-clock times too')
    .option('--run-a <id>', 'run of the first recording, where it holds several')
    .option('--run-b <id>', 'run of the second one')
    .option('--json', 'print one JSON object')
    .addHelpText('after', COMPARE)
    .action(async (a, b, flags) => done(await (await import('../compare.ts')).compare(a, b, flags)));
}

function rowOptions(one: Command): Command {
  return one
    .option('--columns <names>', 'only these columns, with commas between them', names)
    .option('--episode <n>', 'rows of this episode only', wholeNumber('--episode', 0))
    .option('--agent <n>', 'rows of this agent only', wholeNumber('--agent', 0))
    .option('--run <id>', 'rows of this run only');
}

const HEAD = `
In a terminal, numbers are rounded to 7 digits, and columns that do not fit are named below the table. csv and json
have every digit; json has integers beyond 2^53 and infinities as strings, and blobs in base64.`;

const STATS = `
std is the standard deviation of the sample (n - 1, as in pandas). The bars are a histogram from min to max.
Durations of trajectories are of simulation_time, where steps have it, or else of timestamp.`;

const COMPARE = `
Rows are compared in the order of their ids; wall-clock times are left out.
Exit code: 0 where the runs are equal, 1 where they differ, 2 where they cannot be compared.`;

const FORMATS = `
SQLite files are queried as they are; run folders, and folders of recordings, through DuckDB (npm install
@duckdb/node-api), where every table has run_id.

Formats:
  table  at most 1,000 rows and 80 characters a cell; says so where there is more
  csv    RFC 4180; NULL is empty, an empty text is "", blobs are base64
  json   an array with one object a line; blobs are base64, and integers beyond 2^53 and infinities are
         strings, because many readers of JSON would round them or stop at them`;
