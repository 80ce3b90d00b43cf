import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GROUP_ROWS, makeColumns } from './columns.ts';
import { writeOurs } from './ours.ts';
import type { RemoteWriter, Taken } from './writer.ts';
import { PYARROW } from './writers.ts';

const PYTHON = join(import.meta.dirname, '..', '..', '.interop', 'bin', 'python');

/** pyarrow on one thread, in a process of its own; null where `npm run test:interop` has not installed it. */
export function pyarrow(): RemoteWriter | null {
  if (!existsSync(PYTHON)) return null;
  const child = spawn(PYTHON, [join(import.meta.dirname, 'pyarrow_writer.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (task: object): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(task)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error('pyarrow_writer.py ended');
    return JSON.parse(value);
  };
  return {
    name: PYARROW,
    async prepare(rows, motion) {
      const folder = mkdtempSync(join(tmpdir(), 'simtape-bench-'));
      const source = join(folder, 'source.parquet');
      await writeOurs(source, makeColumns(rows, motion), false, 'none');
      await ask({ source });
      rmSync(folder, { recursive: true });
    },
    write: (path, condition) => ask({ path, ...condition, groupRows: GROUP_ROWS }) as Promise<Taken>,
    close() {
      child.stdin.end();
    },
  };
}
