import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { COMPRESSIONS } from '../../src/backends/codecs/codec-for.ts';
import { createRecorder, type Recorder } from '../../src/index.ts';
import { runPlume } from '../../worlds/plume/index.ts';
import { runRigid } from '../../worlds/rigid/index.ts';
import { figure, type ReportTable, times } from '../report.ts';

/** Simulations whose numbers nobody made up. */
const WORLDS: Record<string, (recorder: Recorder) => Promise<unknown>> = {
  'rigid bodies, 10 s': (recorder) => runRigid(recorder, { steps: 600 }),
  'plume, 10 episodes': async (recorder) => runPlume(recorder, { episodes: 10 }),
};
const BASE = 'zstd 1';
const SETTINGS: readonly (readonly [name: string, parquet: object])[] = [
  ...COMPRESSIONS.filter((compression) => compression !== 'zstd').map(
    (compression) => [compression, { compression }] as const,
  ),
  [BASE, { compression: 'zstd', compressionLevel: 1 }],
  ['zstd 3', { compression: 'zstd', compressionLevel: 3 }],
  ['zstd 9', { compression: 'zstd', compressionLevel: 9 }],
];

/** How large recordings of the bundled worlds become. The same seed gives the same data each time. */
export async function worldSizes(folder: string): Promise<ReportTable> {
  const columns: string[][] = [];
  for (const run of Object.values(WORLDS)) {
    const sizes = new Map<string, number>();
    for (const [name, parquet] of SETTINGS) {
      const path = join(folder, 'world');
      const recorder = await createRecorder({ backend: 'parquet', path, parquet });
      await run(recorder);
      await recorder.close();
      sizes.set(name, bytesUnder(path));
      rmSync(path, { recursive: true });
    }
    columns.push([...sizes.values()].map((size) => figure(size / 1000)));
    columns.push([...sizes.values()].map((size) => times(size / sizes.get(BASE)!)));
  }
  return {
    caption: 'Size of recordings of the bundled worlds',
    head: ['', ...Object.keys(WORLDS).flatMap((world) => [`${world}, KB`, `ratio to ${BASE}`])],
    rows: SETTINGS.map(([name], i) => [name, ...columns.map((cells) => cells[i]!)]),
  };
}

/** Bytes of a file, or of all files of a folder. */
export function bytesUnder(path: string): number {
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + bytesUnder(join(path, name)), 0);
}
