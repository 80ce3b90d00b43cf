import { join } from 'node:path';
import { WorldModel } from '../../worlds/rigid/index.ts';
import { inFolder } from '../folder.ts';
import type { Scale } from '../report.ts';
import { figure, type Report, type Target, times } from '../report.ts';
import { interleave, median, pairedRatio, type Subject } from '../statistics.ts';
import { readings } from './reading.ts';

const BARE = 'off';
const RECORDING = 'on';
const CONTACTS = 'on, with contacts';
const COUNTS = [10, 100, 1000];
const TIME_STEP = 1 / 60;
/** A frame of a simulation that runs at 60 Hz, us. */
const FRAME = 1e6 / 60;

export async function bench({ quick }: Scale): Promise<Report> {
  return inFolder(async (folder) => {
    const rows: string[][] = [];
    const targets: Target[] = [];
    await warmUp(folder);
    for (const count of COUNTS) {
      const figures = await measure(folder, count, quick);
      const bare = figures.get(BARE)!;
      for (const [name, us] of figures) {
        const added = median(us.map((value, i) => value - bare[i]!));
        const share = `${figure((100 * added) / FRAME)} %`;
        const off = name === BARE;
        rows.push([
          `${count.toLocaleString('en-US')} bodies, recording ${name}`,
          figure(median(us)),
          off ? '' : figure(added),
          off ? '' : figure((added * 1000) / count),
          off ? '' : share,
          off ? '' : times(pairedRatio(us, bare)),
        ]);
        if (count === 100 && name === RECORDING) {
          const met = added <= FRAME / 100;
          targets.push({
            what: 'Recording 100 bodies',
            target: '<= 1 % of a 16.7 ms frame',
            figure: share,
            met,
          });
        }
      }
    }
    return {
      title: 'Rigid world',
      text: TEXT,
      tables: [
        {
          caption: 'One update',
          head: ['', 'us', 'us more', 'ns a body', 'of a 16.7 ms frame', 'ratio'],
          rows,
        },
        await readings(quick),
      ],
      targets,
    };
  });
}

/** Until the engine has compiled Rapier and the recording for speed, some hundred frames cost twice as much. */
async function warmUp(folder: string): Promise<void> {
  for (const contacts of [false, true]) {
    using model = await WorldModel.create({ bodies: 100, contacts });
    model.enableRecording(join(folder, `warm-up-${contacts}.db`));
    for (let i = 0; i < 400; i++) updateTime(model);
  }
}

/** Microseconds of an update in the same world three times, update by update. */
async function measure(folder: string, bodies: number, quick: boolean): Promise<Map<string, number[]>> {
  const updates = (quick ? 150 : 450) / (bodies >= 1000 ? 3 : 1);
  const models: WorldModel[] = [];
  const subject = async (name: string, record: boolean): Promise<Subject> => {
    const model = await WorldModel.create({ bodies, seed: 1, contacts: name === CONTACTS });
    models.push(model);
    if (record) model.enableRecording(join(folder, `${bodies}-${models.length}-${performance.now()}.db`));
    return { name, measure: () => updateTime(model) };
  };
  const subjects = [
    await subject(BARE, false),
    await subject(RECORDING, true),
    await subject(CONTACTS, true),
  ];
  const figures = await interleave(subjects, updates, 10);
  for (const model of models) model[Symbol.dispose]();
  return figures;
}

/** Microseconds of one update. */
function updateTime(model: WorldModel): number {
  const start = performance.now();
  model.update(TIME_STEP);
  const time = (performance.now() - start) * 1000;
  // The writer's work is no part of the frame; left to pile up, it would run beside the next subject.
  const { recorder } = model;
  if (recorder !== null && Math.round(model.simulationTime / TIME_STEP) % 10 === 0) recorder.flushSync();
  return time;
}

const TEXT = [
  'What recording costs a rigid-body world in Rapier: spheres, boxes and capsules that fall on a floor and come to ' +
    'rest. `WorldModel.update(1/60)` with recording off, on (a frame, the state of each body and the energy, into ' +
    'SQLite), and on with contacts. The same world three times, which take turns update by ' +
    'update, so that all three are in the same state; differences and ratios are of neighbours, figures are medians.',
  'Below: ways to read position, orientation and the two velocities of each body.',
];
