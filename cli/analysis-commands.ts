import { type Command, Option } from 'commander';
import { age, command, decimal, names, wholeNumber } from './command.ts';

/** Commands that look into recordings without SQL, and the one that deletes them. What a command does is loaded when it is called. */
export const ANALYSIS_COMMANDS: readonly string[] = ['head', 'stats', 'compare', 'prune'];

export function addAnalysisCommands(program: Command, done: (exitCode: number) => void): void {
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
    .action(async (path, table, flags) => done(await (await import('./head.ts')).head(path, table, flags)));

  rowOptions(
    command(program, 'stats', 'say what the columns of a table hold', [
      'flight.db steps',
      'flight.db steps --episode 3 --columns reward,position_x',
    ])
      .argument('<path>', 'a recording, or a folder with recordings')
      .argument('[table]', 'table to look at (default: all)'),
  )
    .option('--json', 'print one JSON object')
    .addHelpText('after', STATS)
    .action(async (path, table, flags) => done(await (await import('./stats.ts')).stats(path, table, flags)));

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
    .action(async (a, b, flags) => done(await (await import('./compare.ts')).compare(a, b, flags)));

  addPrune(program, done);
}

function addPrune(program: Command, done: (exitCode: number) => void): void {
  command(program, 'prune', 'delete old recordings, and what was left behind', [
    'simulation_data',
    'simulation_data --older-than 30d --keep 10',
    'simulation_data --keep 20 --dry-run',
  ])
    .argument('<folder>', 'a folder with recordings')
    .option('--older-than <age>', 'recordings whose newest run began longer ago: 12h, 30d or 8w', age)
    .option(
      '--keep <n>',
      'all but the newest n; with --older-than, only those that are old too',
      wholeNumber('--keep', 0),
    )
    .addOption(new Option('--dry-run', 'only list what would go').conflicts('yes'))
    .option('--yes', 'do not ask')
    .option('--json', 'print one JSON object; needs --yes or --dry-run')
    .addHelpText('after', PRUNE)
    .action(async (folder, flags) => done(await (await import('./prune.ts')).prune(folder, flags)));
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
std is the standard deviation of the sample (n - 1, as in pandas). The bars are a histogram from min to max.`;

const COMPARE = `
Rows are compared in the order of their ids; wall-clock times are left out.
Exit code: 0 where the runs are equal, 1 where they differ, 2 where they cannot be compared.`;

const PRUNE = `
Without --older-than and --keep only these go: recordings without a row whose process is gone, and exports that were not
completed an hour ago. A recording that is being made is left alone, and so are folders with other files in them and
what stands behind a link. Exit code: 0, or 1 where something could not be deleted.`;
