import { expect, it } from 'vitest';
import type { Member } from '../../../src/read/folder/member.ts';
import { FolderTable } from '../../../src/read/folder/table.ts';
import { uniteTables } from '../../../src/read/folder/unite.ts';
import type { Reader, Run, TableInfo } from '../../../src/read/reader.ts';

const INFO: TableInfo = {
  name: 'sample',
  description: null,
  id: 'id',
  key: null,
  static: false,
  run: 'run_id',
  rows: 0,
  columns: [],
};

it('reads one run of many without looking through the others', async () => {
  const looks: string[] = [];
  const members = Array.from({ length: 20 }, (_, i): Member => {
    const runId = `run-${i}`;
    const look = <T>(value: T): T => {
      looks.push(runId);
      return value;
    };
    const reader = { table: () => ({ info: INFO, batches: async function* () {} }) };
    return {
      get path() {
        return look(runId);
      },
      get runs() {
        return look([{ runId } as Run]);
      },
      get tables() {
        return look([INFO]);
      },
      use: async () => look({ reader: reader as unknown as Reader, done: () => {} }),
    } as unknown as Member;
  });
  const [united] = uniteTables(members);
  const runs = new Map(members.map((member, i) => [`run-${i}`, member]));
  looks.length = 0;
  const table = new FolderTable(united!, runs, () => [INFO]);
  expect((await table.columns({ run: 'run-7', select: ['run_id'] })).run_id!.values).toEqual([]);
  expect(new Set(looks)).toEqual(new Set(['run-7']));
});
