import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConfigFiles } from '../config/compose/defaults-list.ts';
import { SimtapeError } from '../errors.ts';

/**
 * Configuration files of folders, the first that has a file first; simtape's own folder comes last. In each, what is not
 * in the folder itself is looked for in its folder `base`.
 *
 * @throws `InvalidConfig` for a folder that is not there
 */
export function configFiles(folders: readonly string[]): ConfigFiles {
  const missing = folders.find((folder) => !existsSync(folder));
  if (missing !== undefined) {
    throw new SimtapeError('InvalidConfig', `there is no configuration folder ${missing}`, {
      key: 'configDir',
      value: missing,
    });
  }
  const places = [...folders, ownFolder()].flatMap((folder) => [folder, join(folder, 'base')]);
  return {
    read(name) {
      for (const place of places) {
        const path = join(place, `${name}.yaml`);
        if (existsSync(path)) return { file: shown(path), text: readFileSync(path, 'utf8') };
      }
      return null;
    },
    options(group) {
      const files = places.flatMap((place) => namesIn(join(place, group)));
      return [...new Set(files)].sort();
    },
  };
}

function namesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => name.match(/^(.+)\.yaml$/)?.[1] ?? []);
}

/** The folder `conf` of this package, two folders up from `src/read` and three from `dist/src/read`. */
function ownFolder(): string {
  const candidates = ['../../conf/', '../../../conf/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return candidates.find((folder) => existsSync(join(folder, 'base', 'record'))) ?? candidates[0]!;
}

/** A path as short as it can be said from here. */
function shown(path: string): string {
  const from = relative(process.cwd(), path);
  return from.startsWith('..') ? resolve(path) : from;
}
