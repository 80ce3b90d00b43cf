import { join } from 'node:path';
import { createRecorder, type Recorder, type RecorderConfig } from '../../src/index.ts';
import { BodyState } from '../bodies.ts';
import { bareStore } from './bare.ts';
import { type Loops, makeLoops, type Store } from './loops.ts';

/** Somebody who takes rows. */
export interface AppendSubject {
  readonly name: string;
  readonly loops: Loops;
  readonly store: Store;
  /** Begins frame `index` of a burst. */
  readonly frame: (index: number) => void;
  /** Waits until nothing is left to do for what was taken. */
  readonly settle: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export const BARE = 'bare loop';
export const SQLITE = 'simtape, sqlite';
export const DISCARD = 'simtape, discarding backend';
const FULL = "simtape, discarding, validate: 'full'";
const NONE = 'simtape, none';

const nothing = async (): Promise<void> => {};

/** The bare loop, writing the same number of rows over and over. */
export function bareSubject(capacity: number): AppendSubject {
  const bare = bareStore(capacity);
  return {
    name: BARE,
    loops: makeLoops(),
    store: bare.store,
    frame: (index) => bare.frame((index * 100) % capacity === 0),
    settle: nothing,
    close: nothing,
  };
}

/** Recorders in all the ways that are compared. */
export async function recorderSubjects(folder: string): Promise<AppendSubject[]> {
  const discard = { backend: new URL('../discard-backend.ts', import.meta.url) };
  const configs: [string, RecorderConfig][] = [
    [SQLITE, { path: join(folder, 'append.db') }],
    [DISCARD, discard],
    [FULL, { ...discard, validate: 'full' }],
    [NONE, { backend: 'none' }],
  ];
  const subjects: AppendSubject[] = [];
  for (const [name, config] of configs) subjects.push(recorderSubject(name, await createRecorder(config)));
  return subjects;
}

/** A recorder that takes states of bodies, frame by frame. */
export function recorderSubject(name: string, recorder: Recorder): AppendSubject {
  const { append } = recorder.table(BodyState);
  let time = 0;
  return {
    name,
    loops: makeLoops(),
    store: append as Store,
    frame: () => {
      time += 1 / 60;
      recorder.recordFrame(time);
    },
    settle: async () => recorder.flushSync(),
    close: () => recorder.close(),
  };
}
