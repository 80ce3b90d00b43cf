import { SimtapeError } from '../../errors.ts';
import type { TableReader } from '../reader.ts';

/** What a damaged file makes SQLite, or the decoding of what it gives, throw becomes an error of simtape's. */
export function guard<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof SimtapeError) throw cause;
    const why = (cause as Error).message;
    throw new SimtapeError('NotARecording', `${path} is damaged: ${why}`, { path }, cause);
  }
}

/** The same for everything that a table does, row by row too. */
export function guardTable(path: string, table: TableReader): TableReader {
  return {
    info: table.info,
    columns: (options) => guard(path, () => table.columns(options)),
    *rows(options) {
      const rows = table.rows(options);
      try {
        for (;;) {
          const { done, value } = guard(path, () => rows.next());
          if (done) return;
          yield value;
        }
      } finally {
        rows.return?.();
      }
    },
  };
}
