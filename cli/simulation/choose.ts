import { existsSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { Failure, UsageError } from '../problems.ts';
import type { SimulationJob, World } from './messages.ts';

const MODULES = ['.ts', '.mts', '.js', '.mjs'];

/** The options of the command line that a world of ours takes. */
const TAKEN: Readonly<Record<World, readonly string[]>> = {
  plume: ['episodes', 'steps', 'agents', 'seed'],
  rigid: ['bodies', 'steps', 'seed'],
};

/** What `simtape record SIMULATION` names: a world of ours or the file of a module. */
export function chooseSimulation(name: string): SimulationJob['simulation'] {
  if (Object.hasOwn(TAKEN, name)) return { world: name as World };
  const file = resolve(name);
  if (existsSync(file)) {
    if (statSync(file).isDirectory()) {
      throw new Failure(`${name} is a folder; name the module in it, such as ${name}/my-sim.ts`);
    }
    if (MODULES.includes(extname(file))) return { file };
    throw new UsageError(`${name} is no module; a simulation is a file that ends in ${MODULES.join(', ')}`);
  }
  const found = MODULES.find((extension) => existsSync(file + extension));
  if (found !== undefined) throw new UsageError(`there is no ${name}; did you mean ${name}${found}?`);
  if (/[./\\]/.test(name)) {
    throw new Failure(`there is no ${name}; name a module that exists, or a built-in world: plume, rigid`);
  }
  throw new UsageError(
    `there is no world '${name}'; record plume, rigid, or a module of your own, such as ./my-sim.ts`,
  );
}

/** Refuses options that a world of ours has no use for; a module may take any. */
export function refuseOptions(
  simulation: SimulationJob['simulation'],
  options: SimulationJob['options'],
): void {
  if (!('world' in simulation)) return;
  const taken = TAKEN[simulation.world];
  const foreign = Object.keys(options).find((name) => !taken.includes(name));
  if (foreign === undefined) return;
  const list = taken.map((name) => `--${name}`).join(', ');
  throw new UsageError(`${simulation.world} takes no --${foreign}; it takes ${list}`);
}
