import type { QueryRows } from '../../src/read/index.ts';
import { exact } from '../text/json.ts';

/**
 * An array with one object a line. Blobs are base64; integers beyond 2^53 and infinities, which JSON's readers round
 * or do not know, are strings. Of columns with the same name, later ones get a number: `id`, `id_2`.
 */
export async function* jsonLines({ columns, rows }: QueryRows): AsyncGenerator<string> {
  const keys = uniqueNames(columns).map((name) => `${JSON.stringify(name)}:`);
  let before = '[\n';
  for await (const row of rows) {
    yield `${before}{${row.map((value, i) => keys[i] + text(value)).join(',')}}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

function text(value: unknown): string {
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`;
  return JSON.stringify(value, exact);
}

function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let n = 2; seen.has(unique); n++) {
      const next = `${name}_${n}`;
      unique = taken.has(next) ? unique : next;
    }
    seen.add(unique);
    return unique;
  });
}
