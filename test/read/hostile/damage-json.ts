import { readFileSync, writeFileSync } from 'node:fs';
import type { Random } from './random.ts';

/** Values that nobody wrote there. */
const VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  0.5,
  1e308,
  2 ** 53,
  2 ** 31,
  4e9,
  '',
  '../../../etc/passwd',
  '/etc/passwd',
  '{part}',
  '__proto__',
  'constructor',
  'a\nb\u0000c\u001b[31m',
  'x'.repeat(100_000),
  [],
  {},
  [[[[]]]],
  { length: 1e9 },
];

type Branch = Record<string, unknown>;

/** Changes one thing in a file of JSON, which stays JSON. */
export function damageJson(file: string, random: Random): string {
  const root = parsed(readFileSync(file, 'utf8'));
  if (root === null) return 'nothing: it was no JSON';
  const [path, parent, key] = random.pick([...branches(root, '')]);
  let what: string;
  if (random.onceIn(6)) {
    delete parent[key];
    what = `${path} removed`;
  } else {
    parent[key] = random.onceIn(3) ? otherOf(root, random) : random.pick(VALUES);
    what = `${path} = ${JSON.stringify(parent[key])?.slice(0, 40)}`;
  }
  writeFileSync(file, JSON.stringify(root));
  return what;
}

function parsed(text: string): Branch | null {
  try {
    return JSON.parse(text) as Branch;
  } catch {
    return null;
  }
}

/** What stands elsewhere in it. */
function otherOf(root: Branch, random: Random): unknown {
  const [, parent, key] = random.pick([...branches(root, '')]);
  return structuredClone(parent[key]);
}

function* branches(value: Branch, path: string): Generator<[path: string, parent: Branch, key: string]> {
  for (const key of Object.keys(value)) {
    yield [`${path}.${key}`, value, key];
    const child = value[key];
    if (typeof child === 'object' && child !== null) yield* branches(child as Branch, `${path}.${key}`);
  }
}
