import { clean } from './text/format.ts';

/**
 * The one place that prints. A reader that has gone (`simtape sql ... | head`) is no error: what is written after
 * that goes nowhere.
 */
let installed = false;

/**
 * Makes a closed pipe end the output quietly instead of the process with an error.
 * @param failed called where standard output takes no more for another reason, such as a full disk
 */
export function watchOutput(failed: (error: Error) => void): void {
  if (installed) return;
  installed = true;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') failed(error);
  });
  // There is nowhere to tell of these.
  process.stderr.on('error', () => {});
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A line about what happened, on stderr. What it names may come from a recording, or be a file's name. */
export function tell(text: string): void {
  process.stderr.write(`simtape: ${clean(text)}\n`);
}

/** Writes a part of a longer output, waiting until it has gone; false where nobody reads any more. */
export function write(text: string): Promise<boolean> {
  return new Promise((resolve) => process.stdout.write(text, (error) => resolve(!error)));
}

/** Bytes that are gathered before they are written. */
const CHUNK = 1 << 16;

/** Writes lines as they come, as far as anybody reads them. */
export async function writeAll(lines: AsyncIterable<string>): Promise<void> {
  let chunk = '';
  for await (const line of lines) {
    chunk += line;
    if (chunk.length < CHUNK) continue;
    // Nobody reads any more (`| head`): the rest is not wanted.
    if (!(await write(chunk))) return;
    chunk = '';
  }
  await write(chunk);
}
