import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { basename, extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Recorder } from '../../src/index.ts';
import { Failure } from '../problems.ts';
import type { Simulation, SimulationOptions } from '../simulation.ts';
import { shownPath } from '../text/format.ts';
import { describeThrown, placeOf } from './blame.ts';
import type { SimulationJob } from './messages.ts';

/** A simulation that is ready to run, and what is known of it for the recording. */
export interface LoadedSimulation {
  readonly world: string;
  readonly seed: number | undefined;
  /** All that its data depends on, as far as we know. */
  readonly configuration: object;
  run(recorder: Recorder, options: SimulationOptions): void | Promise<void>;
  /** Of a world that reports its episodes. */
  episodes?(): { completed: number; successes: number };
}

export async function loadSimulation({
  simulation,
  label,
  options,
}: SimulationJob): Promise<LoadedSimulation> {
  if ('world' in simulation) return simulation.world === 'plume' ? loadPlume(options) : loadRigid(options);
  return {
    world: basename(simulation.file, extname(simulation.file)),
    seed: options.seed,
    configuration: options,
    run: await loadModule(simulation.file, label),
  };
}

async function loadPlume(given: SimulationJob['options']): Promise<LoadedSimulation> {
  const { defaultPlumeOptions, runPlume } = await import('../../worlds/plume/index.ts');
  const configuration = { ...defaultPlumeOptions, ...given };
  const tally = { completed: 0, successes: 0 };
  return {
    world: 'plume',
    seed: configuration.seed,
    configuration,
    run(recorder, { progress }) {
      runPlume(recorder, {
        ...given,
        onProgress: progress,
        onEpisode: ({ data }) => {
          tally.completed++;
          if (data.success) tally.successes++;
        },
      });
    },
    episodes: () => tally,
  };
}

async function loadRigid(given: SimulationJob['options']): Promise<LoadedSimulation> {
  const { defaultRigidOptions, loadRapier, runRigid } = await import('../../worlds/rigid/index.ts');
  // Before a recording is begun: Rapier is an optional package.
  await loadRapier();
  const configuration = { ...defaultRigidOptions, ...given };
  return {
    world: 'rigid',
    seed: configuration.seed,
    configuration,
    run: (recorder, { progress }) => runRigid(recorder, { ...configuration, onProgress: progress }),
  };
}

async function loadModule(file: string, label: string): Promise<Simulation> {
  let loaded: Record<string, unknown>;
  try {
    loaded = await import(pathToFileURL(file).href);
  } catch (error) {
    const manifest = commonJsManifest(file, error);
    if (manifest !== null) {
      const other = label.replace(/\.([jt]s)$/, '.m$1');
      throw new Failure(
        `${label} does not load: ${shownPath(manifest)} says that it is CommonJS: set "type": "module" there, or call it ${other}`,
      );
    }
    const place = placeOf(error);
    // Node says where the syntax is wrong only when it checks the file itself.
    const check = error instanceof SyntaxError ? `; node --check ${label} shows where` : '';
    const where = place === null ? check : ` (${place})`;
    throw new Failure(`${label} does not load: ${describeThrown(error)}${where}`);
  }
  const simulate = loaded.default;
  if (typeof simulate === 'function') return simulate as Simulation;
  const what =
    simulate === undefined ? 'no default export' : `a default export that is of type ${typeof simulate}`;
  throw new Failure(`${label} has ${what}; add: export default function (recorder, options) { ... }`);
}

/** The package.json because of which Node does not take a file with `import` or `export` for a module; else null. */
function commonJsManifest(file: string, error: unknown): string | null {
  const isRefused =
    error instanceof SyntaxError && /outside a module|Unexpected token 'export'/.test(error.message);
  const manifest = isRefused ? findPackageJSON(pathToFileURL(file)) : undefined;
  if (manifest === undefined || !/\.[jt]s$/.test(file)) return null;
  const { type } = JSON.parse(readFileSync(manifest, 'utf8')) as { type?: unknown };
  return type === 'commonjs' ? manifest : null;
}
