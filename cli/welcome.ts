import { version } from '../src/writer/version.ts';
import { invocation } from './invocation.ts';
import { bold, dim } from './text/style.ts';
import { indent, textList } from './text/table.ts';

/** What `simtape` alone prints. */
export function welcome(): string {
  const simtape = invocation();
  const groups: [string, [string, string][]][] = [
    [
      'record',
      [
        [`${simtape} record plume`, 'the built-in world: agents search for an odour source'],
        [`${simtape} record rigid`, 'bodies that fall and come to rest'],
        [`${simtape} record ./my-sim.ts`, 'a simulation of your own'],
      ],
    ],
    [
      'look',
      [
        [`${simtape} ls`, 'list what was recorded'],
        [`${simtape} info RECORDING`, 'show what a recording holds'],
        [`${simtape} head RECORDING TABLE`, 'show the first rows of a table'],
        [`${simtape} stats RECORDING`, 'show ranges, means and distributions of columns'],
        [`${simtape} sql RECORDING "SELECT ..."`, 'query it'],
        [`${simtape} plot RECORDING`, 'draw it'],
        [`${simtape} replay RECORDING`, 'play it'],
        [`${simtape} compare ONE OTHER`, 'show where two runs part'],
      ],
    ],
    [
      'keep',
      [
        [`${simtape} export RECORDING steps.csv`, 'write tables for other tools'],
        [`${simtape} convert RECORDING flight.db`, 'make a recording of another format'],
        [`${simtape} verify RECORDING`, 'check that all of it is as it was written'],
        [`${simtape} recover RECORDING`, 'finish one whose process was killed'],
        [`${simtape} prune FOLDER`, 'delete old recordings; asks first'],
      ],
    ],
  ];
  const list = textList(groups.flatMap(([, commands]) => commands)).split('\n');
  const blocks = groups.map(
    ([title, commands]) => `${bold(title)}\n${indent(list.splice(0, commands.length).join('\n'))}`,
  );
  return [
    `${bold(`simtape ${version()}`)}, a flight recorder for simulations`,
    ...blocks,
    dim(`${simtape} COMMAND --help says more about a command`),
  ].join('\n\n');
}
