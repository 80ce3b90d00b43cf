import { existsSync, statSync } from 'node:fs';
import { findRecordings } from '../../src/read/index.ts';
import { invocation } from '../invocation.ts';
import { Failure } from '../problems.ts';

/** The recordings that paths name: themselves, or all those in a folder. */
export function namedRecordings(paths: readonly string[]): string[] {
  const found = paths.flatMap((path) => {
    if (!existsSync(path))
      throw new Failure(`there is no ${path}; ${invocation()} ls lists what was recorded`);
    return statSync(path).isDirectory() ? findRecordings(path) : [path];
  });
  if (found.length > 0) return [...new Set(found)];
  throw new Failure(`${paths.join(', ')} holds no recording; make one with: ${invocation()} record plume`);
}
