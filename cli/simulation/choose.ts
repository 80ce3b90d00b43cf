import { existsSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { Failure, UsageError } from '../problems.ts';
import type { SimulationJob } from './messages.ts';

const MODULES = ['.ts', '.mts', '.js', '.mjs'];

/** What `simtape record SIMULATION` names: a world of ours or the file of a module. */
export function chooseSimulation(name: string): SimulationJob['simulation'] {
  if (name === 'plume') return { world: 'plume' };
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
    throw new Failure(`there is no ${name}; name a module that exists, or plume for the built-in world`);
  }
  throw new UsageError(
    `there is no world '${name}'; record plume, or a module of your own, such as ./my-sim.ts`,
  );
}
