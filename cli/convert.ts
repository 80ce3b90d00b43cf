import { type ConvertOptions, convertRecording } from '../src/export/index.ts';
import { nextCommands } from './export/next-commands.ts';
import { reportText } from './export/report-text.ts';
import { watched } from './export/watch.ts';
import { print, tell } from './output.ts';
import { openNamed } from './recordings/locate.ts';
import { shownPath } from './text/format.ts';

/** The flags of `simtape convert`. */
export interface ConvertFlags {
  readonly format?: ConvertOptions['format'];
  readonly compression?: string;
  readonly level?: number;
  readonly run?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `simtape convert`: a whole recording as one of another format. */
export async function convertTo(source: string, destination: string, flags: ConvertFlags): Promise<number> {
  using reader = await openNamed(source);
  for (const note of reader.notes) tell(`note: ${note}`);
  const { format, compression, level, run, force, json = false } = flags;
  const options: ConvertOptions = { format, compression, compressionLevel: level, run, overwrite: force };
  return await watched(
    `convert ${shownPath(destination)}`,
    json,
    (watching) => convertRecording(reader.path, destination, { ...options, ...watching }),
    (report) => print(json ? JSON.stringify(report) : reportText(report, nextCommands(report, true))),
  );
}
