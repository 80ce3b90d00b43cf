import { createHash } from 'node:crypto';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { isSimtapeError } from '../../../src/index.ts';
import {
  openRecording,
  type Reader,
  recover,
  type TableReader,
  verify,
  type Where,
} from '../../../src/read/index.ts';
import type { Random } from './random.ts';
import type { Kind } from './recordings.ts';

/** How often each way of ending came: `ok`, the tag of an error, or `untyped: ...`. */
export type Outcomes = Record<string, number>;

/** What tables hold, table by table, as one text each. */
export type Digests = Readonly<Record<string, string>>;

const WHERES: readonly Where[] = [
  { episode: 1 },
  { frame: { from: 3, to: 20 } },
  { time: { from: 0.1, to: 0.5 } },
];

/** Does everything that can be done with a recording for reading. */
export async function readAll(
  path: string,
  kind: Kind,
  random: Random,
  healthy: Digests,
  damaged: readonly string[],
): Promise<Outcomes> {
  const outcomes: Outcomes = {};
  const attempt = async (what: string, call: () => unknown): Promise<unknown> => {
    let outcome = 'ok';
    let answer: unknown;
    try {
      answer = await call();
    } catch (error) {
      outcome = isSimtapeError(error) ? error.tag : `untyped: ${what}: ${(error as Error)?.stack ?? error}`;
      const message = (error as Error).message;
      if (isSimtapeError(error) && message.length > 2000)
        outcome = `untyped: ${what}: a message of ${message.length} characters: ${message.slice(0, 300)}`;
    }
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    return outcome === 'ok' ? answer : undefined;
  };

  const reader = (await attempt('open', () => openRecording(path))) as Reader | undefined;
  if (reader !== undefined) {
    await readEverything(reader, kind, random, attempt, (table, digest) => {
      if (!canBeTouched(table, path, damaged) && digest !== healthy[table])
        outcomes[`untyped: ${table} was not touched, and is read otherwise`] = 1;
    });
    await attempt('close', () => reader.close());
  }
  await attempt('verify', () => verify(path));
  if (random.onceIn(2)) {
    const copy = `${path}-copy${path.endsWith('.h5') ? '.h5' : ''}`;
    if (existsSync(path)) {
      cpSync(path, copy, { recursive: true, verbatimSymlinks: true });
      const sides = ['.journal', '-wal'].filter((side) => existsSync(path + side));
      for (const side of sides) cpSync(path + side, copy + side, { recursive: true, verbatimSymlinks: true });
    }
    await attempt('recover', () => recover(copy));
    await attempt('read what was recovered', async () => {
      using recovered = await openRecording(copy);
      for (const { name } of recovered.tables()) await recovered.table(name).columns();
    });
    for (const side of ['', '.journal', '-wal', '-shm'])
      rmSync(copy + side, { recursive: true, force: true });
  }
  return outcomes;
}

type Attempt = (what: string, call: () => unknown) => Promise<unknown>;

async function readEverything(
  reader: Reader,
  kind: Kind,
  random: Random,
  attempt: Attempt,
  check: (table: string, digest: string) => void,
): Promise<void> {
  await attempt('runs', () => reader.runs());
  await attempt('bytes', () => reader.bytes);
  const tables = ((await attempt('tables', () => reader.tables())) ?? []) as ReturnType<Reader['tables']>;
  for (const { name, columns } of tables) {
    const table = (await attempt(`table ${name}`, () => reader.table(name))) as TableReader | undefined;
    if (table === undefined) continue;
    const found = await attempt(`columns of ${name}`, () => table.columns());
    if (found !== undefined) check(name, digestOf(found));
    await attempt(`rows of ${name}`, async () => {
      for await (const _ of table.rows());
    });
    await attempt(`batches of ${name}`, async () => {
      for await (const _ of table.batches({ batchRows: 17 }));
    });
    await attempt(`limit of ${name}`, () => table.columns({ limit: 3, select: ['run_id'] }));
    for (const column of columns)
      if (/^([fiu]\d|ref|timestamp)/.test(column.kind))
        await attempt(`extent of ${name}.${column.name}`, () => table.extent(column.name));
    for (const where of WHERES)
      await attempt(`${Object.keys(where)} of ${name}`, () => table.columns({ where }));
  }
  if (!kind.startsWith('sqlite') && !random.onceIn(4)) return;
  for (const { name } of tables)
    await attempt(`query of ${name}`, () => reader.query(`SELECT * FROM "${name}"`));
}

/** Digests of the tables of a recording that is whole. */
export async function digests(path: string): Promise<Digests> {
  using reader = await openRecording(path);
  const found: Record<string, string> = {};
  for (const { name } of reader.tables()) found[name] = digestOf(await reader.table(name).columns());
  return found;
}

function digestOf(columns: unknown): string {
  const text = JSON.stringify(columns, (_, value) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    return ArrayBuffer.isView(value) ? Array.from(value as Uint8Array) : value;
  });
  return createHash('sha1').update(text).digest('hex');
}

/** Whether damage to some files can change what a table holds. */
function canBeTouched(table: string, path: string, damaged: readonly string[]): boolean {
  const names: Readonly<Record<string, string>> = { steps: 'trajectory_ep', episodes: 'episode_summary_ep' };
  const own = names[table] ?? `${table}-`;
  return damaged.some((file) => {
    const name = relative(path, file);
    if (name.endsWith('.arrow')) return name === `${table}.arrow`;
    return !name.endsWith('.parquet') || name.includes(own);
  });
}
