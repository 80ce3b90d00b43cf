import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createRecorder } from '../../src/index.ts';
import { BodyState, bodyRow } from '../bodies.ts';
import { BODIES_PER_FRAME, makeState, walk } from '../state.ts';

export type Format = 'parquet' | 'hdf5' | 'sqlite';
export const FORMATS: readonly Format[] = ['parquet', 'hdf5', 'sqlite'];

const ENDINGS: Readonly<Record<Format, string>> = { parquet: '', hdf5: '.h5', sqlite: '.db' };

/** Frames are so many seconds of simulation apart. */
export const FRAME: number = 1 / 64;

/** A recording that the bench reads. */
export interface Recording {
  readonly format: Format;
  readonly path: string;
  readonly bytes: number;
  readonly seconds: number;
}

/** Records frames of bodies that move, the same in every format. */
export async function generate(format: Format, folder: string, frames: number): Promise<Recording> {
  const path = join(folder, `bodies${ENDINGS[format]}`);
  const start = performance.now();
  const recorder = await createRecorder({ backend: format, path, durability: 'none', maxWaitMs: 60_000 });
  const table = recorder.table(BodyState);
  const state = makeState();
  let seed = 1;
  for (let frame = 0; frame < frames; frame++) {
    recorder.recordFrame(frame * FRAME);
    seed = walk(state, seed);
    for (let body = 0; body < BODIES_PER_FRAME; body++) table.append(bodyRow(state, body));
    recorder.endFrame();
  }
  await recorder.close();
  return { format, path, bytes: bytesOf(path), seconds: (performance.now() - start) / 1000 };
}

function bytesOf(path: string): number {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}
