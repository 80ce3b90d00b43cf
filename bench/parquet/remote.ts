import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Task } from './child-writer.ts';
import type { RemoteWriter, Taken } from './writer.ts';

/** Starts one of the writers in JavaScript in a process of its own. */
export function remote(name: string): RemoteWriter {
  const child = fork(join(import.meta.dirname, 'child-writer.ts'), [name], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  return {
    name,
    async prepare(rows, motion) {
      await ask(child, { rows, motion });
    },
    write: (path, condition) => ask(child, { path, condition }) as Promise<Taken>,
    close() {
      child.disconnect();
    },
  };
}

async function ask(child: ChildProcess, task: Task): Promise<unknown> {
  const ended = new AbortController();
  const answer = once(child, 'message', { signal: ended.signal });
  const end = (code: number | null) => ended.abort(new Error(`a writer ended with code ${code}`));
  child.once('exit', end);
  child.send(task);
  const [found] = await answer;
  child.off('exit', end);
  return found;
}
