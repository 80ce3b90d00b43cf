import { SimtapeError } from '../../errors.ts';

/** Says that a file is not as it was written. */
export function damaged(path: string, why: string, cause?: unknown): SimtapeError<'NotARecording'> {
  return new SimtapeError('NotARecording', `${path} is damaged: ${why}`, { path }, cause);
}

/** Runs what reads a file: what a damaged one makes it throw becomes an error of simtape's that names the file. */
export async function guarded<T>(path: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof SimtapeError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw damaged(path, message, cause);
    throw new SimtapeError('NotARecording', `${path} is missing: it was there before`, { path }, cause);
  }
}
