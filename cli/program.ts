import { Command, Option } from 'commander';
import { BACKEND_NAMES } from '../src/backends/names.ts';
import { FORMATS as EXPORT_FORMATS } from '../src/export/formats.ts';
import { version } from '../src/writer/version.ts';
import { episodeNumbers } from './export/episodes.ts';
import { invocation } from './invocation.ts';
import { UsageError } from './problems.ts';

export const COMMANDS: readonly string[] = [
  'record',
  'ls',
  'info',
  'sql',
  'export',
  'convert',
  'verify',
  'recover',
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

  command(program, 'export', 'export tables to Parquet, CSV, JSON, NDJSON, Arrow, HDF5 or SQLite', [
    `${FOLDER}/runs/run_20260301_120000_k3v9 steps.csv`,
    'flight.db good.parquet --episodes 1,5-12 --compression gzip',
    'flight.db tables/ --format arrow',
    'flight.db by-episode --partition-by episode_id',
  ])
    .argument('<path>', 'a recording, or a folder with recordings')
    .argument(
      '<out>',
      'a file for one table, a folder (or name/) for all of them; .h5 and .db take all in one file',
    )
    .addOption(
      new Option('--format <format>', "default: what out's ending says, else parquet").choices(
        EXPORT_FORMATS,
      ),
    )
    .option('--compression <name>', 'how to compress; see below')
    .option('--level <n>', 'its level', wholeNumber('--level', 0))
    .option('--episodes <numbers>', 'only these episodes: 1,5-12', episodeNumbers)
    .option('--tables <names>', 'these tables: steps,episodes (default: steps, or all into a folder)', words)
    .option('--partition-by <columns>', 'a file for each value of these columns: episode_id', words)
    .option('--run <id>', 'rows of this run only')
    .option('--force', 'replace what is there')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXPORT)
    .action(async (path, out, flags) => done(await (await import('./export.ts')).exportTo(path, out, flags)));

  command(program, 'convert', 'make a recording of another format', [
    `${FOLDER}/runs/run_20260301_120000_k3v9 flight.db`,
    'flight.db flight.h5 --run run_20260301_120000_k3v9',
    `${FOLDER} all.db`,
    'flight.db arrow-files --format arrow',
  ])
    .argument('<path>', 'a recording, or a folder with recordings')
    .argument(
      '<destination>',
      'a .db file (SQLite, any number of runs), an .h5 file (HDF5, one run), or a folder',
    )
    .addOption(
      new Option('--format <format>', "default: what the destination's ending says, else parquet").choices([
        'parquet',
        'hdf5',
        'sqlite',
        'arrow',
      ]),
    )
    .option('--compression <name>', 'how to compress')
    .option('--level <n>', 'its level', wholeNumber('--level', 0))
    .option('--run <id>', 'this run only')
    .option('--force', 'replace what is there')
    .option('--json', 'print one JSON object')
    .addHelpText('after', CONVERT)
    .action(async (path, to, flags) => done(await (await import('./convert.ts')).convertTo(path, to, flags)));

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

const EXPORT = `
Nothing is at the path until all of it is there. What a file of rows cannot say (units, the run) is put beside it in
OUT.metadata.json. docs/export.md says how each kind of value is written.

Compression (--level):
  parquet            zstd (default, 1-22), none, snappy, gzip (1-9), lz4, brotli (0-11)
  csv, json, ndjson  none (default), gzip, zstd, brotli; the name stays as it is given
  arrow              none (default), zstd
  hdf5               gzip (default, 1-9), lzf, none`;

const CONVERT = `
Everything is kept, to the bit: tables, values, what is known of each run. A run that goes on, or was killed, is
converted up to its last commit.`;

const VERIFY = `
Exit code: 0 where all is well, 1 where something is wrong.`;

const RECOVER = `
Exit code: 0 where nothing is lost, 3 where rows are lost that may have been confirmed, 1 where a recording could not
be recovered. A recording that is being made is left alone. It may be called again at any time.`;

function command(program: Command, name: string, description: string, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  ${invocation()} ${name} ${example}`.trimEnd());
  return program
    .command(name)
    .description(description)
    .addHelpText('after', `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.join('\n')}`);
}

function words(text: string): string[] {
  return text.split(',').map((word) => word.trim());
}

function wholeNumber(option: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value;
    throw new UsageError(
      `${option} takes a whole number from ${least} on, not '${text}'; for example ${option} 10`,
    );
  };
}
