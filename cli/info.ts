import type { Reader } from '../src/read/index.ts';
import { infoText } from './info/text.ts';
import { timeSpans } from './info/time-spans.ts';
import { print } from './output.ts';
import { openNamed } from './recordings/locate.ts';

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

/** Integers beyond 2^53 as text, which readers of JSON do not round. */
function exact(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
