import { type Command, Option } from 'commander';
import { PLOT_KINDS } from '../../src/plot/options.ts';
import { command, FOLDER, numbers, wholeNumber } from './command.ts';

/** The commands that show what happened. */
export function addDrawCommands(program: Command, done: (exitCode: number) => void): void {
  command(program, 'plot', 'draw a recording: ways, values over time, distributions', [
    `${FOLDER}/runs/run_20260301_120000_k3v9`,
    'flight.db --out flight.svg --episode 1-4,9',
    'fall.db --table system_energy --y kinetic --out energy.png',
    'flight.db --kind distribution --y reward',
  ])
    .argument('<path>', 'a recording, or a folder with recordings, which are drawn as one')
    .option('--table <name>', 'the table whose rows are drawn')
    .option('--x <column>', 'from left to right; simulation_time is known for rows of frames, too')
    .option('--y <column>', 'upwards; of a distribution, what is counted')
    .option('--colour <column>', 'a number that lines are coloured by')
    .addOption(new Option('--kind <kind>', 'what is drawn').choices(PLOT_KINDS))
    .option('--episode <numbers>', 'only these episodes: 3, or 1-4,9', numbers('--episode'))
    .option('--agent <numbers>', 'only these agents', numbers('--agent'))
    .option('--run <id>', 'only this run')
    .option('--out <file>', 'write a picture, .svg or .png; - writes SVG to standard output')
    .option('--width <pixels>', 'of the picture', wholeNumber('--width', 1))
    .option('--height <pixels>', 'of the picture', wholeNumber('--height', 1))
    .option('--json', 'print what is drawn as one JSON object')
    .addHelpText('after', PLOT)
    .action(async (path, flags) => done(await (await import('../plot.ts')).plot(path, flags)));
}

const PLOT = `
Without --out it draws in the terminal. What is not said is chosen: ways in the plane, coloured by concentration or time,
heights of bodies over time, or the reward. At most 24 lines are drawn, the first ones. Of long ways, points that are
nearer than a quarter of a pixel are left out; of long series, each column of pixels has its first, least, greatest
and last value.`;
