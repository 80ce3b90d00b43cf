import { recover } from '../../src/read/index.ts';
import { namedRecordings } from './named.ts';

/** Whether `simtape recover` has anything to do, or to say, for a recording or for one in a folder. */
export async function isRecoverable(path: string): Promise<boolean> {
  for (const one of namedRecordings([path])) {
    try {
      const { outcome, notes } = await recover(one, { dryRun: true });
      if (outcome !== 'nothing' || notes.length > 0) return true;
    } catch {
      // It says why it cannot.
      return true;
    }
  }
  return false;
}
