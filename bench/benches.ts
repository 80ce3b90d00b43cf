import type { Report, Scale } from './report.ts';

/** What each bench file exports. */
export interface Bench {
  readonly bench: (scale: Scale) => Promise<Report>;
}

/** All benches, in the order of the page. */
export const BENCHES: Record<string, () => Promise<Bench>> = {
  append: () => import('./append/bench.ts'),
  step: () => import('./step/bench.ts'),
  sqlite: () => import('./sqlite/bench.ts'),
  batch: () => import('./batch/bench.ts'),
  memory: () => import('./memory/bench.ts'),
  rigid: () => import('./rigid/bench.ts'),
  parquet: () => import('./parquet/bench.ts'),
  'parquet-run': () => import('./parquet-run/bench.ts'),
  interval: () => import('./interval/bench.ts'),
  lanes: () => import('./lanes/bench.ts'),
  recorders: () => import('./recorders/bench.ts'),
  export: () => import('./export/bench.ts'),
  hdf5: () => import('./hdf5/bench.ts'),
  read: () => import('./read/bench.ts'),
};
