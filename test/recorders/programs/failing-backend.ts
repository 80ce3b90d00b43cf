import { appendFileSync } from 'node:fs';
import { type BackendFactory, readValue } from '../../../src/index.ts';

/**
 * Appends the steps of each commit to `options.file`, a line `step agent` each. Fails for good from write `options.failAt`
 * on, and waits before each until the first word of `options.gate` is not 0, where those are given.
 */
const open: BackendFactory = ({ options }) => {
  const { file, failAt, gate } = options as { file: string; failAt?: number; gate?: SharedArrayBuffer };
  let writes = 0;
  return {
    open: () => ({ path: file }),
    createTable: () => ({ first: 1, last: 2 ** 40 }),
    write: ({ tables }) => {
      if (gate !== undefined) Atomics.wait(new Int32Array(gate), 0, 0);
      if (++writes >= (failAt ?? Number.POSITIVE_INFINITY)) throw new Error('the disk is gone');
      let text = '';
      for (const { plan, slices } of tables) {
        if (plan.name !== 'steps') continue;
        const column = (name: string) => plan.columns.findIndex((candidate) => candidate.name === name);
        const [step, agent] = [column('step_number'), column('agent_id')];
        for (const slice of slices) {
          for (let row = slice.from; row < slice.to; row++) {
            text += `${readValue(slice, step, row)} ${readValue(slice, agent, row)}\n`;
          }
        }
      }
      appendFileSync(file, text);
      return { rejected: new Map(), examples: [] };
    },
    close: () => {},
  };
};

export default open;
