import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A Python that has all these modules, or null; `npm run test:interop` installs one. */
export function findPython(modules: readonly string[]): string | null {
  const candidates = [join('.interop', 'bin', 'python'), 'python3', '/usr/bin/python3'];
  const isThere = (program: string) => !program.includes('/') || existsSync(program);
  const has = (program: string) => spawnSync(program, ['-c', `import ${modules.join(', ')}`]).status === 0;
  return candidates.find((program) => isThere(program) && has(program)) ?? null;
}
