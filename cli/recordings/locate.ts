import { existsSync, statSync } from 'node:fs';
import { isSimtapeError } from '../../src/index.ts';
import { findRecordings, openRecording, type Reader } from '../../src/read/index.ts';
import { invocation } from '../invocation.ts';
import { describe, Failure } from '../problems.ts';
import { nearPath } from '../text/format.ts';

/** Opens what a path names: a recording, the one recording of a folder, or all of a folder's as one. */
export async function openNamed(path: string): Promise<Reader> {
  if (!existsSync(path)) throw new Failure(`there is no ${path}; ${invocation()} ls lists what was recorded`);
  try {
    return await openRecording(statSync(path).isDirectory() ? theOneIn(path) : path);
  } catch (error) {
    if (!isSimtapeError(error, 'NotARecording')) throw error;
    throw new Failure(`${describe(error)}; ${invocation()} ls lists what was recorded`);
  }
}

function theOneIn(folder: string): string {
  const [only, ...more] = findRecordings(folder);
  if (only === undefined) {
    throw new Failure(`${folder} holds no recording; make one with: ${invocation()} record plume`);
  }
  return more.length === 0 ? nearPath(only) : folder;
}
