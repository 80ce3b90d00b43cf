import { readManifest } from '../arrow/manifest.ts';
import type { RecoverReport } from './report.ts';

/**
 * There is nothing to do for a recording in Arrow files: they are written by a conversion, which leaves nothing where it
 * does not come to its end.
 *
 * @throws `NotARecording`, `NewerFormat`
 */
export function recoverArrow(path: string): RecoverReport {
  readManifest(path);
  return { path, format: 'arrow', outcome: 'nothing', tables: [], losses: [], notes: [] };
}
