import { type ExportFormat, type ExportOptions, exportRecording } from '../src/export/index.ts';
import { nextCommands } from './export/next-commands.ts';
import { reportText } from './export/report-text.ts';
import { watched } from './export/watch.ts';
import { print, tell } from './output.ts';
import { openNamed } from './recordings/locate.ts';
import { shownPath } from './text/format.ts';

/** The flags of `simtape export`. */
export interface ExportFlags {
  readonly format?: ExportFormat;
  readonly compression?: string;
  readonly level?: number;
  readonly episode?: readonly number[];
  readonly table?: readonly string[];
  readonly partitionBy?: readonly string[];
  readonly run?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `simtape export`: tables of a recording as files of another format. */
export async function exportTo(source: string, out: string, flags: ExportFlags): Promise<number> {
  using reader = await openNamed(source);
  for (const note of reader.notes) tell(`note: ${note}`);
  const { format, compression, level, episode, table, partitionBy, run, force, json = false } = flags;
  const options: ExportOptions = {
    format,
    compression,
    compressionLevel: level,
    filterEpisodes: episode,
    tables: table,
    partitionBy,
    run,
    overwrite: force,
  };
  return await watched(
    `export ${shownPath(out)}`,
    json,
    (watching) => exportRecording(reader, out, { ...options, ...watching }),
    (report) => {
      const isRecording = report.format === 'hdf5' || report.format === 'sqlite';
      print(json ? JSON.stringify(report) : reportText(report, nextCommands(report, isRecording)));
    },
  );
}
