import { type Command, Option } from 'commander';
import { BACKEND_NAMES } from '../../src/backends/names.ts';
import { command, FOLDER, wholeNumber } from './command.ts';

/** The commands that make recordings. */
export function addRecordCommands(program: Command, done: (exitCode: number) => void): void {
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
      done(await (await import('../record.ts')).record(simulation, overrides, flags)),
    );

  command(program, 'backends', 'list what recordings can be stored with here', [''])
    .option('--json', 'print one JSON object')
    .action(async (flags) => done(await (await import('../backends.ts')).backends(flags)));
}

const MODULE = `
A module is a file such as my-sim.ts:
  export default function (recorder, { steps = 1000, seed = 1, progress }) {
    for (let step = 0; step < steps; step++) {
      recorder.recordStep({ position: [step, 0], reward: 1 }, step);
      progress(step + 1, steps);
    }
  }`;
