import type { Reader } from '../src/read/index.ts';
import { infoText } from './info/text.ts';
import { timeSpans } from './info/time-spans.ts';
import { print } from './output.ts';
import { openNamed } from './recordings/locate.ts';
import { exact } from './text/json.ts';

/** `simtape info`: what a recording holds. */
export async function info(path: string, { json = false }: { json?: boolean }): Promise<number> {
  using reader = await openNamed(path);
  print(json ? JSON.stringify(await asJson(reader), exact) : await infoText(reader));
  return 0;
}

async function asJson(reader: Reader): Promise<Record<string, unknown>> {
  const { path, format, bytes, notes } = reader;
  const tables = reader.tables();
  const spans = await timeSpans(reader, tables);
  return { path, format, bytes, notes, runs: reader.runs(), tables, timeSpans: spans };
}
