import { print, tell, writeAll } from './output.ts';
import { Failure } from './problems.ts';
import { openNamed } from './recordings/locate.ts';
import { momentLines } from './replay/lines.ts';
import { playLive } from './replay/live.ts';
import { playlist, type ReplayFlags } from './replay/playlist.ts';

/** `simtape replay`: a recording played on the terminal, or as lines of JSON where there is none. */
export async function replay(path: string, flags: ReplayFlags): Promise<number> {
  using reader = await openNamed(path);
  for (const note of reader.notes) tell(`note: ${note}`);
  const parts = await playlist(reader, flags);
  if (parts.length === 0) throw new Failure(`${path} has no frames and no episodes to play`);
  if (flags.json === true || !process.stdout.isTTY) {
    await writeAll(momentLines(reader, parts, flags));
    return 0;
  }
  const { code, last } = await playLive(reader, parts, flags, process.stdout, process.stdin);
  print(last);
  return code;
}
