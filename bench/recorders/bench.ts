import { join } from 'node:path';
import {
  createRecorder,
  type Dictionary,
  NullRecorder,
  RecorderManager,
  SQLiteRecorder,
} from '../../src/index.ts';
import { inFolder } from '../folder.ts';
import type { Report, Scale, Target } from '../report.ts';
import { figure, times } from '../report.ts';
import { interleave, median, pairedRatio } from '../statistics.ts';
import { standardStep } from '../step/dictionaries.ts';
import { burst, stepsInto } from '../step/subjects.ts';
import { sizes } from './sizes.ts';

const EMPTY = 'empty loop';
const ENGINE = 'recordStep of createRecorder, sqlite';
const CLASS = 'recordStep of SQLiteRecorder';
const MANAGED = 'recordStep of RecorderManager with a backup';
const NONE = 'recordStep of NullRecorder';
const CROWD = 'a step of 100 agents, SQLiteRecorder';
const EPISODE = 'recordEpisode of SQLiteRecorder';
const AGENTS = 100;
const processorTime = true;

export async function bench({ quick }: Scale): Promise<Report> {
  return inFolder(async (folder) => {
    const open = (name: string) => new SQLiteRecorder({ path: join(folder, `${name}.db`) });
    const engine = await createRecorder({ path: join(folder, 'engine.db') });
    const [plain, first, crowd, episodes] = ['class', 'managed', 'crowd', 'episodes'].map(open) as [
      SQLiteRecorder,
      SQLiteRecorder,
      SQLiteRecorder,
      SQLiteRecorder,
    ];
    const none = new NullRecorder();
    const manager = new RecorderManager(first, { backup: () => new NullRecorder() });
    const managed = Object.assign(first, { managed: manager });
    const subjects = [
      burst(EMPTY, { call: '{}' }),
      stepsInto(ENGINE, engine, { processorTime }),
      stepsInto(CLASS, plain, { processorTime }),
      burst(MANAGED, { call: 'target.managed.recordStep(steps[i], i)', target: managed, processorTime }),
      stepsInto(NONE, none),
      burst(CROWD, {
        call: 'if (i < 20) target.recordStep(steps[i], i)',
        target: crowd,
        make: crowdStep,
        processorTime,
      }),
      burst(EPISODE, {
        call: 'target.recordEpisode({ success: true, path_efficiency: 0.5 }, ++target.episodes)',
        target: Object.assign(episodes, { episodes: 0 }),
        processorTime,
      }),
    ];
    const figures = await interleave(subjects, quick ? 9 : 31, 5);
    for (const recorder of [engine, plain, first, crowd, episodes]) await recorder.close();
    // Only 20 of a burst's calls have a step of a hundred agents.
    const cost = (name: string) => median(figures.get(name)!) * (name === CROWD ? 100 : 1);
    const ratio = (name: string) => pairedRatio(figures.get(name)!, figures.get(ENGINE)!);
    const { table, targets } = await sizes(folder, quick ? 2 : 10);
    const nullMs = Math.max(0, cost(NONE) - cost(EMPTY)) / 1000;
    return {
      title: 'Recorder classes',
      text: TEXT,
      tables: [
        {
          caption: 'Mean of one call',
          head: ['', 'ns a call', 'ratio to the engine'],
          rows: [...figures.keys()].map((name) => [
            name,
            figure(cost(name)),
            [CLASS, MANAGED].includes(name) ? times(ratio(name)) : '-',
          ]),
        },
        table,
      ],
      targets: [
        atMost('1,000 steps of NullRecorder', nullMs, 1, 'ms'),
        {
          what: CLASS,
          target: '<= 1.1 x the engine',
          figure: times(ratio(CLASS)),
          met: ratio(CLASS) <= 1.1,
        },
        atMost(`${NONE}, beyond an empty loop`, nullMs * 1000, 5, 'ns'),
        atMost(CROWD, cost(CROWD) / 1e6, 1, 'ms'),
        atMost(EPISODE, cost(EPISODE) / 1e6, 10, 'ms'),
        ...targets,
      ],
    };
  });
}

/** Only the first 20 of a burst are made whole; the others are not recorded. */
function crowdStep(i: number): Dictionary {
  if (i >= 20) return {};
  const agents = Array.from({ length: AGENTS }, (_, agent) => [
    `agent_${agent}`,
    standardStep(i * AGENTS + agent),
  ]);
  return Object.fromEntries(agents);
}

function atMost(what: string, value: number, limit: number, unit: string): Target {
  return { what, target: `<= ${limit} ${unit}`, figure: `${figure(value)} ${unit}`, met: value <= limit };
}

const TEXT: readonly string[] = [
  'What the classes cost beside the engine that they stand around, in bursts as under *recordStep*, but in processor time of ' +
    'the thread that records. The class times one of 61 calls for `average_write_time`; the manager looks before each step ' +
    'whether its recorder has failed. What the engine costs on a machine with nothing else to do is under *recordStep*; the ' +
    'empty loop and the null recorder are too short for that clock, and wall-clock time.',
  'Sizes: the same plume run by each backend with its defaults, against the bytes of the values that are in it (8 for a ' +
    'number, UTF-8 for text, nothing for null) and against the same steps as lines of JSON. Most of a plume run is noise of ' +
    'doubles, which nothing compresses much, and a good part is JSON, which HDF5 keeps as text of variable length, out of ' +
    'reach of its filters; SQLite does not compress at all.',
];
