import { join } from 'node:path';
import { SimtapeError } from '../../errors.ts';
import type { NamedFile, RunFolder } from './run-folder.ts';

/**
 * Refuses a table of a run that has ended where files of it are gone; of a run that goes on, the manifest does not know
 * how many there are.
 *
 * @throws `NotARecording` naming a file, where names tell which one it is
 */
export function refuseMissing(
  { path, manifest, layout }: RunFolder,
  table: string,
  files: readonly NamedFile[],
): void {
  const wanted = manifest.tables.find(({ plan }) => plan.name === table)?.files ?? 0;
  const missing = wanted - files.length;
  if (manifest.state !== 'ended' || missing <= 0) return;
  const gap = files.find(
    ({ episode, part }) => part > 1 && !files.some((one) => isPart(one, episode, part - 1)),
  );
  if (gap !== undefined) {
    const file = join(path, layout.fileOf({ table, episode: gap.episode, part: gap.part - 1 }));
    throw new SimtapeError('NotARecording', `${file} is missing`, { path: file });
  }
  const verb = missing === 1 ? 'is' : 'are';
  throw new SimtapeError(
    'NotARecording',
    `${missing} of ${wanted} files of table ${table} ${verb} missing from ${path}`,
    { path },
  );
}

function isPart(file: NamedFile, episode: number | null, part: number): boolean {
  return file.episode === episode && file.part === part;
}
