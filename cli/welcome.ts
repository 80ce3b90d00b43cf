import { version } from '../src/writer/version.ts';
import { invocation } from './invocation.ts';
import { bold, dim } from './text/style.ts';
import { indent, textList } from './text/table.ts';

/** What `simtape` alone prints. */
export function welcome(): string {
  const simtape = invocation();
  const commands: [string, string][] = [
    [`${simtape} record plume`, 'record the built-in world: agents search for an odour source'],
    [`${simtape} record rigid`, 'record bodies that fall and come to rest'],
    [`${simtape} record ./my-sim.ts`, 'record a simulation of your own'],
    [`${simtape} ls`, 'list what was recorded'],
    [`${simtape} info RECORDING`, 'show what a recording holds'],
    [`${simtape} sql RECORDING "SELECT ..."`, 'query it'],
    [`${simtape} export RECORDING steps.csv`, 'export tables for other tools'],
    [`${simtape} convert RECORDING flight.db`, 'make a recording of another format'],
    [`${simtape} verify RECORDING`, 'check that all of it is as it was written'],
    [`${simtape} recover RECORDING`, 'finish one whose process was killed'],
  ];
  return [
    `${bold(`simtape ${version()}`)}, a flight recorder for simulations`,
    indent(textList(commands)),
    dim(`${simtape} COMMAND --help says more about a command`),
  ].join('\n\n');
}
