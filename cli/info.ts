import type { Reader } from '../src/read/index.ts';
import { infoText } from './info/text.ts';
import { timeSpans } from './info/time-spans.ts';
import { print } from './output.ts';
import { openNamed } from './recordings/locate.ts';

/** `simtape info`: what a recording holds. */
export async function info(path: string, { json = false }: { json?: boolean }): Promise<number> {
  using reader = await openNamed(path);
  print(json ? JSON.stringify(asJson(reader), exact) : infoText(reader));
  return 0;
}

function asJson(reader: Reader): Record<string, unknown> {
  const { path, format, bytes } = reader;
  const tables = reader.tables();
  return { path, format, bytes, runs: reader.runs(), tables, timeSpans: timeSpans(reader, tables) };
}

/** Integers beyond 2^53 as text, which readers of JSON do not round. */
function exact(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
