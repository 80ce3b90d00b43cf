import { readFileSync } from 'node:fs';

/** The version in package.json, which is two folders up from `src/writer` and three from `dist/src/writer`. */
export function version(): string {
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const found = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Record<
        string,
        unknown
      >;
      if (found.name === 'simtape') return String(found.version);
    } catch {
      // Not here: in dist the file is one folder further up.
    }
  }
  return 'unknown';
}
