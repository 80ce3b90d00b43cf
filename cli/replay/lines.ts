import { framesOf, type Moment, type Reader, replay } from '../../src/read/index.ts';
import { exact } from '../text/json.ts';
import { nothingToPlay, type Part, type ReplayFlags } from './playlist.ts';

/** Moments as lines of JSON: as fast as they are read, or in the time of the simulation where a speed is given. */
export async function* momentLines(
  reader: Reader,
  parts: readonly Part[],
  flags: ReplayFlags,
): AsyncGenerator<string, void> {
  const { speed, loop = false } = flags;
  do {
    let played = 0;
    for (const part of parts) {
      const moments = speed === undefined ? framesOf(reader, part) : replay(reader, { ...part, speed });
      for await (const moment of moments) {
        played++;
        yield `${JSON.stringify(lineOf(part, moment), plain)}\n`;
      }
    }
    if (played === 0) throw nothingToPlay(flags);
  } while (loop);
}

function lineOf({ run, episode }: Part, { time, frame, tables }: Moment): Record<string, unknown> {
  return { run_id: run, ...(episode === undefined ? { frame } : { episode }), time, ...tables };
}

/** Bytes are base64, arrays of numbers are arrays. */
function plain(key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  return exact(key, value);
}
