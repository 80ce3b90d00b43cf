import { statSync } from 'node:fs';
import type { ExportReport } from '../../src/export/index.ts';
import { invocation, userFolder } from '../invocation.ts';
import { clean, nearPath, shellWord } from '../text/format.ts';

/** How pandas opens a file of a format, and a folder that was split. */
const READERS: Partial<Record<ExportReport['format'], string>> = {
  parquet: 'read_parquet(PATH)',
  arrow: 'read_feather(PATH)',
  csv: 'read_csv(PATH)',
  json: 'read_json(PATH)',
  ndjson: 'read_json(PATH, lines=True)',
};

/** What to try with an export. */
export function nextCommands({ path, format, rows }: ExportReport, isRecording: boolean): string[] {
  const near = nearPath(path, userFolder());
  if (isRecording) {
    const simtape = invocation();
    return [`${simtape} info ${shellWord(near)}`, `${simtape} verify ${shellWord(near)}`];
  }
  // Of folders, pandas reads those of one table in Parquet.
  const isTable = !statSync(path).isDirectory() || (format === 'parquet' && Object.keys(rows).length === 1);
  const reader = isTable ? READERS[format] : undefined;
  if (reader === undefined) return [];
  const name = near.replace(/[\\']/g, '\\$&');
  const code = `import pandas; print(pandas.${reader.replace('PATH', () => `'${name}'`)})`;
  return [`python3 -c ${/["$`\\]/.test(code) || clean(code) !== code ? shellWord(code) : `"${code}"`}`];
}
