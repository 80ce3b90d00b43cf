import { join } from 'node:path';
import { createRecorder } from '../../src/index.ts';
import { inFolder } from '../folder.ts';
import type { Scale } from '../report.ts';
import { figure, type Report, type Target, times } from '../report.ts';
import { interleave, median, pairedRatio } from '../statistics.ts';
import { timelessStep } from './dictionaries.ts';
import { burst, stepsInto, stepsIntoMcap } from './subjects.ts';

const EMPTY = 'empty loop';
const JSON_ONLY = 'JSON.stringify';
const MCAP = 'MCAP addMessage of that JSON';
const SQLITE = 'recordStep, sqlite';
const TIMELESS = 'recordStep, sqlite, without timestamp';
const FRAMED = 'recordStep, sqlite, in an open frame';
const DISCARD = 'recordStep, discarding backend';
const NONE = 'recordStep, none';
const FRAME = 'recordFrame, sqlite';

export async function bench({ quick }: Scale): Promise<Report> {
  return inFolder(async (folder) => {
    const open = (file: string) => createRecorder({ path: join(folder, file) });
    const discard = await createRecorder({ backend: new URL('../discard-backend.ts', import.meta.url) });
    const none = await createRecorder({ backend: 'none' });
    const plain = await open('steps.db');
    const timeless = await open('timeless.db');
    const framed = await open('framed.db');
    const frames = await open('frames.db');
    const subjects = [
      burst(EMPTY, { call: '{}' }),
      burst(JSON_ONLY, { call: 'JSON.stringify(steps[i])' }),
      await stepsIntoMcap(MCAP),
      stepsInto(SQLITE, plain),
      stepsInto(TIMELESS, timeless, { make: timelessStep }),
      stepsInto(FRAMED, framed, { before: () => framed.recordFrame(0) }),
      stepsInto(DISCARD, discard),
      stepsInto(NONE, none),
      burst(FRAME, { call: 'target.recordFrame(i)', target: frames }),
    ];
    const figures = await interleave(subjects, quick ? 15 : 41, 5);
    for (const recorder of [discard, none, plain, timeless, framed, frames]) await recorder.close();
    const peer = figures.get(JSON_ONLY)!;
    const rows = [...figures].map(([name, ns]) => [name, figure(median(ns)), times(pairedRatio(ns, peer))]);
    const cost = (name: string) => median(figures.get(name)!);
    const beyond = cost(NONE) - cost(EMPTY);
    return {
      title: 'recordStep',
      text: TEXT,
      tables: [{ caption: 'Mean of one call', head: ['', 'ns a call', 'ratio to JSON.stringify'], rows }],
      targets: [
        ...[SQLITE, TIMELESS, DISCARD].map((name) => atMost(name, cost(name), 500)),
        atMost(`${NONE}, beyond an empty loop`, Math.max(0, beyond), 5),
      ],
    };
  });
}

function atMost(what: string, ns: number, limit: number): Target {
  return { what, target: `<= ${limit} ns`, figure: `${figure(ns)} ns`, met: ns <= limit };
}

const TEXT = [
  'What one `recordStep` costs the simulation with the standard step dictionary: a time, four vectors and angles, ' +
    'concentration, reward, done, and two nested dictionaries (`action`, `info`). Beside it: `JSON.stringify` of the ' +
    'same dictionary, and an MCAP writer that gets that JSON as a message, into memory that is thrown away.',
  'Bursts of 2,000 calls, each with a fresh dictionary made before the clock starts, then a flush that is not timed. ' +
    'Outside a frame each step is a unit of its own and is published by itself. `recordFrame` is timed with frames ' +
    'that hold nothing else. The subjects take turns; figures are medians.',
];
