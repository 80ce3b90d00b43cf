import { Command, Option } from 'commander';
import { BACKEND_NAMES } from '../src/backends/names.ts';
import { version } from '../src/writer/version.ts';
import { ANALYSIS_COMMANDS, addAnalysisCommands } from './analysis-commands.ts';
import { command, wholeNumber } from './command.ts';

export const COMMANDS: readonly string[] = [
  'record',
  'ls',
  'info',
  'sql',
  ...ANALYSIS_COMMANDS,
  'verify',
  'recover',
  'backends',
];
/** Where recordings are, unless something else is said. */
const FOLDER = 'simulation_data';

/** The commands and their options. What a command does is loaded when it is called. */
export function makeProgram(done: (exitCode: number) => void): Command {
  const program = new Command('simtape');
  program
    .description(
      'A flight recorder for simulations: records every step, lists, shows and queries recordings.',
    )
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .exitOverride()
    .configureOutput({ writeErr: () => {}, outputError: () => {} });

  command(program, 'record', 'record a simulation', [
    'plume --episodes 20 --seed 7',
    'rigid --bodies 50',
    './my-sim.ts --out data',
    'plume record=sqlite record.storage.batch_size=200',
  ])
    .argument(
      '<simulation>',
      'plume, rigid, or a module whose default export is function (recorder, options)',
    )
    .argument('[overrides...]', 'of the configuration: record=hdf5, key=value, +key=value, ~key')
    .addOption(
      new Option(
        '--backend <name>',
        'how to store it (default: parquet; sqlite for a path in .db, hdf5 for .h5); none records nothing',
      ).choices(BACKEND_NAMES),
    )
    .addOption(new Option('--out <dir>', `folder for the recording (default: "${FOLDER}")`).conflicts('path'))
    .option(
      '--path <path>',
      'record to this folder, or to this SQLite file, where an existing recording gets another run',
    )
    .option('--episodes <n>', 'how many episodes', wholeNumber('--episodes', 1))
    .option('--steps <n>', 'how many steps at most, of each episode', wholeNumber('--steps', 1))
    .option('--agents <n>', 'how many agents', wholeNumber('--agents', 1))
    .option('--bodies <n>', 'how many bodies, of the rigid world', wholeNumber('--bodies', 0))
    .option('--seed <n>', 'same seed, same data', wholeNumber('--seed', 0))
    .option('--config-dir <dir>', 'folder with configuration files, before those of simtape')
    .option('--config-name <name>', 'the main configuration file, without .yaml (default: "config")')
    .option('--cfg', 'print the configuration, with where each value comes from, and record nothing')
    .option('--json', 'print one JSON object; what the simulation prints goes to stderr')
    .addHelpText('after', MODULE)
    .action(async (simulation, overrides, flags) =>
      done(await (await import('./record.ts')).record(simulation, overrides, flags)),
    );

  command(program, 'ls', 'list recordings, oldest first', ['', 'data --json'])
    .argument('[dir]', 'folder to look in, and in its folders', FOLDER)
    .option('--json', 'print one JSON object')
    .action(async (folder, flags) => done(await (await import('./ls.ts')).ls(folder, flags)));

  command(program, 'info', 'show what a recording holds', [`${FOLDER}/runs/run_20260301_120000_k3v9`, FOLDER])
    .argument('<path>', 'a recording, or a folder with recordings')
    .option('--json', 'print one JSON object')
    .action(async (path, flags) => done(await (await import('./info.ts')).info(path, flags)));

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
      done(await (await import('./sql.ts')).sql(path, statement, flags)),
    );

  addAnalysisCommands(program, done);

  command(program, 'verify', 'read all of a recording, and compare it with what it says of itself', [
    `${FOLDER}/runs/run_20260301_120000_k3v9`,
    FOLDER,
  ])
    .argument('<paths...>', 'recordings, or folders with recordings')
    .option('--json', 'print one JSON object')
    .addHelpText('after', VERIFY)
    .action(async (paths, flags) => done(await (await import('./verify.ts')).verify(paths, flags)));

  command(program, 'recover', 'finish recordings whose process is gone', [
    `${FOLDER}/runs/run_20260301_120000_k3v9`,
    `${FOLDER} --dry-run`,
  ])
    .argument('<paths...>', 'recordings, or folders with recordings')
    .option('--dry-run', 'only say what there is to be done')
    .option('--force', 'also a recording whose process ran on another machine')
    .option('--json', 'print one JSON object')
    .addHelpText('after', RECOVER)
    .action(async (paths, flags) => done(await (await import('./recover.ts')).recover(paths, flags)));

  command(program, 'backends', 'list what recordings can be stored with here', [''])
    .option('--json', 'print one JSON object')
    .action(async (flags) => done(await (await import('./backends.ts')).backends(flags)));
  return program;
}

const MODULE = `
A module is a file such as my-sim.ts:
  export default function (recorder, { steps = 1000, seed = 1, progress }) {
    for (let step = 0; step < steps; step++) {
      recorder.recordStep({ position: [step, 0], reward: 1 }, step);
      progress(step + 1, steps);
    }
  }`;

const FORMATS = `
SQLite files are queried as they are; run folders, and folders of recordings, through DuckDB (npm install
@duckdb/node-api), where every table has run_id.

Formats:
  table  at most 1,000 rows and 80 characters a cell; says so where there is more
  csv    RFC 4180; NULL is empty, an empty text is "", blobs are base64
  json   an array with one object a line; blobs are base64, and integers beyond 2^53 and infinities are
         strings, because many readers of JSON would round them or stop at them`;

const VERIFY = `
Exit code: 0 where all is well, 1 where something is wrong.`;

const RECOVER = `
Exit code: 0 where nothing is lost, 3 where rows are lost that may have been confirmed, 1 where a recording could not
be recovered. A recording that is being made is left alone. It may be called again at any time.`;
