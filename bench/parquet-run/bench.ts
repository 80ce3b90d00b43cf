import { inFolder } from '../folder.ts';
import type { Report, Scale } from '../report.ts';
import { latency } from './latency.ts';
import { sustained } from './sustained.ts';
import { worldSizes } from './worlds.ts';

export async function bench({ quick }: Scale): Promise<Report> {
  return inFolder(async (folder) => {
    const table = sustained(folder, quick ? 300_000 : 2_000_000, quick ? 3 : 5);
    const single = await latency(folder, quick ? 5 : 15);
    return {
      title: 'Parquet recorder',
      text: TEXT,
      tables: [table, single.table, await worldSizes(folder)],
      targets: single.targets,
    };
  });
}

const TEXT = [
  'The state of 100 rigid bodies a frame (20 f64 that walk at random, an integer, a frame reference), as fast as rows can be ' +
    'made, from the first row until everything is closed: recorder, writer thread, journal, row groups, files. Each run is a ' +
    'process of its own; the subjects take turns. Processor time is that of the whole process with its start; *time in the recorder* is what the ' +
    'simulation spends in `recordFrame` and `append`, and *waiting for room* the part of it in which the writer was behind.',
  'Single appends are timed by two clock calls around each (some 80 ns of a figure), half a millisecond of arithmetic before each frame, ' +
    'in stretches of 100,000 rows with a flush after each that is not timed. Figures are medians over the stretches, ratios medians of the ratios ' +
    'of stretches that followed one another. With row groups of 2,000 rows the writer encodes and writes about 75 of them a second.',
];
