import { existsSync, statSync } from 'node:fs';
import { isSimtapeError } from '../../src/index.ts';
import { openRecording, type Reader } from '../../src/read/index.ts';
import { invocation } from '../invocation.ts';
import { describe, Failure } from '../problems.ts';
import { shownPath } from '../text/format.ts';
import { candidates } from './find.ts';

/** Most recordings that a message names. */
const NAMED = 5;

/** Opens the recording that a path names: a file, or a folder that holds exactly one. */
export async function openNamed(path: string): Promise<Reader> {
  if (!existsSync(path)) throw new Failure(`there is no ${path}; ${invocation()} ls lists what was recorded`);
  try {
    return await openRecording(statSync(path).isDirectory() ? await onlyRecording(path) : path);
  } catch (error) {
    if (!isSimtapeError(error, 'NotARecording')) throw error;
    throw new Failure(`${describe(error)}; ${invocation()} ls lists what was recorded`);
  }
}

async function onlyRecording(folder: string): Promise<string> {
  const files: string[] = [];
  for (const file of candidates(folder)) if (await isRecording(file)) files.push(file);
  const [only, ...more] = files.map((file) => shownPath(file)).sort();
  if (only === undefined)
    throw new Failure(`${folder} holds no recording; make one with: ${invocation()} record plume`);
  if (more.length === 0) return only;
  const newest = [only, ...more].slice(-NAMED);
  const rest = more.length + 1 - newest.length;
  throw new Failure(
    `${folder} holds ${more.length + 1} recordings; name one: ${newest.join(', ')}${rest > 0 ? ` (and ${rest} more)` : ''}`,
  );
}

async function isRecording(file: string): Promise<boolean> {
  try {
    (await openRecording(file)).close();
    return true;
  } catch {
    return false;
  }
}
