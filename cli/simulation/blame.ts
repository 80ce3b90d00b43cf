import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSimtapeError } from '../../src/index.ts';
import { describe } from '../problems.ts';
import { shownPath } from '../text/format.ts';

/** Folders of our own code, next to each other in the repository and in dist. */
const OURS = ['cli', 'src', 'worlds'].map(
  (folder) => `${dirname(dirname(dirname(fileURLToPath(import.meta.url))))}/${folder}/`,
);

/** What a simulation threw, in one line. */
export function describeThrown(error: unknown): string {
  if (error instanceof Error) return describe(error) || error.name;
  return `it threw ${typeof error === 'string' ? JSON.stringify(error) : String(error)}`;
}

/** The newest place in the user's own code that an error's stack names, as `my-sim.ts:12:5`, or null. */
export function placeOf(error: unknown): string | null {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  // Errors of the TypeScript stripper start with the place, as `file:line`.
  const first = stack.match(/^((?:file:\/\/)?\/[^\n]+):(\d+)\n/);
  if (first !== null) return `${shownPath(toPath(first[1]!))}:${first[2]}`;
  for (const frame of stack.matchAll(/^ +at (?:.*\()?((?:file:\/\/)?[^\s()]+?):(\d+):(\d+)\)?$/gm)) {
    const file = toPath(frame[1]!);
    if (file.startsWith('node:') || file.includes('/node_modules/')) continue;
    if (frame[0].includes('<anonymous>') || OURS.some((folder) => file.startsWith(folder))) continue;
    return `${shownPath(file)}:${frame[2]}:${frame[3]}`;
  }
  return null;
}

/** Whether an error is, or was caused by, the wish to stop. */
export function isInterruption(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth++) {
    if (isSimtapeError(at, 'Interrupted')) return true;
  }
  return false;
}

function toPath(place: string): string {
  return place.startsWith('file://') ? fileURLToPath(place) : place;
}
