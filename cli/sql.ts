import { text as readText } from 'node:stream/consumers';
import { isSimtapeError } from '../src/index.ts';
import type { QueryRows, Reader } from '../src/read/index.ts';
import { invocation } from './invocation.ts';
import { tell, writeAll } from './output.ts';
import { describe, Failure } from './problems.ts';
import { openNamed } from './recordings/locate.ts';
import { exitCodeOf } from './simulation/stopper.ts';
import { csvLines } from './sql/csv.ts';
import { Interrupt } from './sql/interrupt.ts';
import { jsonLines } from './sql/json.ts';
import { tableText } from './sql/table.ts';
import { nearPath, shellWord } from './text/format.ts';

type Format = 'table' | 'csv' | 'json';

const FORMATS: Readonly<Record<Format, (result: QueryRows) => AsyncIterable<string>>> = {
  table: tableText,
  csv: csvLines,
  json: jsonLines,
};

/** `simtape sql`: runs one statement on a recording, which is opened for reading only. */
export async function sql(
  path: string,
  statement: string,
  { format, json = false }: { format: Format; json?: boolean },
): Promise<number> {
  using reader = await openNamed(path);
  for (const note of reader.notes) tell(`note: ${note}`);
  const text = statement === '-' ? await readText(process.stdin) : statement;
  // A query may be long: Ctrl-C ends it, and what it needed for itself is deleted.
  using interrupt = new Interrupt();
  const { signal } = interrupt;
  try {
    await writeAll(FORMATS[json ? 'json' : format](await reader.iterate(text, [], { signal })));
    return 0;
  } catch (error) {
    if (signal.aborted) return exitCodeOf('SIGINT');
    if (!isSimtapeError(error, 'QueryFailed')) throw error;
    throw new Failure(`${describe(error)}${advice(reader, error.message)}`);
  }
}

function advice(reader: Reader, message: string): string {
  if (/no such table|Table with name .* does not exist/.test(message)) {
    const tables = ['runs', ...reader.tables().map(({ name }) => name)];
    return `; there are ${tables.join(', ')}`;
  }
  if (/no such column|Referenced column .* not found/.test(message))
    return `; ${invocation()} info ${shellWord(nearPath(reader.path))} lists the columns`;
  if (/readonly database|it is no query|Can only \w+ .*base table/.test(message))
    return '; recordings are only read here';
  return '';
}
