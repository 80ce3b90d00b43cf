import { type Command, Option } from 'commander';
import { PLOT_KINDS } from '../../src/plot/options.ts';
import { UsageError } from '../problems.ts';
import { command, FOLDER, names, numbers, wholeNumber } from './command.ts';

/** The commands that show what happened. */
export function addDrawCommands(program: Command, done: (exitCode: number) => void): void {
  command(program, 'plot', 'draw a recording: ways, values over time, distributions', [
    `${FOLDER}/runs/run_20260301_120000_k3v9`,
    'flight.db --out flight.svg --episode 1-4,9',
    'fall.db --table system_energy --y potential --out energy.png',
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
    .option('--width <pixels>', 'of the picture, 240 to 8000', wholeNumber('--width', 1))
    .option('--height <pixels>', 'of the picture, 240 to 8000', wholeNumber('--height', 1))
    .option('--json', 'print what is drawn as one JSON object')
    .addHelpText('after', PLOT)
    .action(async (path, flags) => done(await (await import('../plot.ts')).plot(path, flags)));

  command(program, 'replay', 'play a recording on the terminal, or as lines of JSON', [
    'flight.db',
    'flight.db --episode 3 --speed 4',
    'fall.db --from 1 --to 2 --loop',
    'fall.db --table inertial_state --json | jq .time',
  ])
    .argument('<path>', 'a recording, or a folder with recordings, of which the newest run is played')
    .option('--episode <numbers>', 'play these episodes: 3, or 1-4,9', numbers('--episode'))
    .option('--run <id>', 'play this run')
    .option('--table <names>', 'rows of these tables only', names)
    .option('--speed <n>', 'seconds of simulation in a second (default: 1, as JSON: no pace)', speed)
    .option('--from <seconds>', 'begin at this time of simulation', seconds('--from'))
    .option('--to <seconds>', 'end at this time of simulation', seconds('--to'))
    .option('--loop', 'begin again at the end')
    .option('--json', 'print one JSON object a line for each frame, or step of an episode')
    .addHelpText('after', REPLAY)
    .action(async (path, flags) => done(await (await import('../replay.ts')).replay(path, flags)));
}

function speed(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0) return value;
  throw new UsageError(`--speed takes a number above 0, not '${text}'; for example --speed 4`);
}

function seconds(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value)) return value;
    throw new UsageError(`${option} takes seconds of simulation, not '${text}'; for example ${option} 1.5`);
  };
}

const REPLAY = `
Where standard output is no terminal, or with --json, each frame is a line: { "run_id", "frame" or "episode", "time", and
the rows of each table }.

Keys: space pauses; arrows left and right seek, or step while it is paused; up and down change the speed; n goes to the
next episode, 0 to the start; q quits.`;

const PLOT = `
Without --out it draws in the terminal. What is not said is chosen: ways in the plane, coloured by concentration or time,
heights of bodies over time, or the reward. At most 24 lines are drawn, the first ones. Of long ways, points that are
nearer than a quarter of a pixel are left out; of long series, each column of pixels has its first, least, greatest
and last value.`;
