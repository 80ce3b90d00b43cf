import { text as readText } from 'node:stream/consumers';
import { isSimtapeError } from '../src/index.ts';
import type { QueryRows, Reader } from '../src/read/index.ts';
import { invocation } from './invocation.ts';
import { write } from './output.ts';
import { describe, Failure } from './problems.ts';
import { openNamed } from './recordings/locate.ts';
import { csvLines } from './sql/csv.ts';
import { jsonLines } from './sql/json.ts';
import { tableText } from './sql/table.ts';
import { shellWord, shownPath } from './text/format.ts';

type Format = 'table' | 'csv' | 'json';

const FORMATS: Readonly<Record<Format, (result: QueryRows) => AsyncIterable<string>>> = {
  table: tableText,
  csv: csvLines,
  json: jsonLines,
};

/** Bytes that are gathered before they are written. */
const CHUNK = 1 << 16;

/** `simtape sql`: runs one statement on a recording, which is opened for reading only. */
export async function sql(path: string, statement: string, { format }: { format: Format }): Promise<number> {
  using reader = await openNamed(path);
  const text = statement === '-' ? await readText(process.stdin) : statement;
  try {
    await print(FORMATS[format](await reader.iterate(text)));
    return 0;
  } catch (error) {
    if (!isSimtapeError(error, 'QueryFailed')) throw error;
    throw new Failure(`${describe(error)}${advice(reader, error.message)}`);
  }
}

async function print(lines: AsyncIterable<string>): Promise<void> {
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

function advice(reader: Reader, message: string): string {
  if (message.includes('no such table')) {
    const tables = ['runs', ...reader.tables().map(({ name }) => name)];
    return `; there are ${tables.join(', ')}`;
  }
  if (message.includes('no such column'))
    return `; ${invocation()} info ${shellWord(shownPath(reader.path))} lists the columns`;
  if (/readonly database|it is no query/.test(message)) return '; recordings are only read here';
  return '';
}
