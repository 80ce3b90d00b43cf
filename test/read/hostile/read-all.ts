import { isSimtapeError } from '../../../src/index.ts';
import { framesOf, openRecording, type Reader, verify } from '../../../src/read/index.ts';

/** What one reading call came to: the tag of its error, `untyped: ...`, or a digest of its answer. */
export type Outcomes = Readonly<Record<string, string>>;

/** Calls everything that reads a recording. */
export async function readAll(path: string, withVerify: boolean): Promise<Outcomes> {
  const outcomes: Record<string, string> = {};
  const call = async (name: string, action: () => unknown): Promise<void> => {
    outcomes[name] = await outcome(action);
  };
  let reader: Reader | undefined;
  await call('open', async () => {
    reader = await openRecording(path);
    return reader.format;
  });
  if (reader !== undefined) {
    using open = reader;
    await call('runs', () => open.runs());
    let names: readonly string[] = [];
    await call('tables', () => {
      const tables = open.tables();
      names = tables.map(({ name }) => name);
      return tables;
    });
    await call('episodes', () => open.episodes());
    for (const name of names) {
      await call(`${name} rows`, () => Array.fromAsync(open.table(name).rows()));
      await call(`${name} columns`, async () => Object.keys(await open.table(name).columns({ limit: 30 })));
      await call(`${name} batches`, () =>
        Array.fromAsync(open.table(name).batches({ batchRows: 16 }), ({ rows }) => rows),
      );
      await call(`${name} extents`, () => extents(open, name));
    }
    await call('an episode', () => Array.fromAsync(open.table('steps').rows({ where: { episode: 2 } })));
    await call('frames', () => Array.fromAsync(framesOf(open, { from: 0.1, to: 0.2 })));
  }
  if (withVerify) await call('verify', () => verify(path));
  return outcomes;
}

async function extents(reader: Reader, name: string): Promise<unknown[]> {
  const table = reader.table(name);
  const numeric = table.info.columns.filter(({ kind }) => /^([fiu]\d+|timestamp)$/.test(kind));
  return Promise.all(numeric.map(({ name }) => table.extent(name)));
}

async function outcome(action: () => unknown): Promise<string> {
  try {
    return digest(await action());
  } catch (error) {
    if (isSimtapeError(error)) return error.tag;
    return `untyped: ${(error as Error)?.stack ?? String(error)}`.slice(0, 700);
  }
}

/** An answer as text, every value to the bit. */
function digest(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (typeof one === 'bigint') return `${one}n`;
    if (typeof one === 'number' && (!Number.isFinite(one) || Object.is(one, -0)))
      return `#${Object.is(one, -0) ? '-0' : one}`;
    return ArrayBuffer.isView(one) ? Array.from(one as Uint8Array) : one;
  });
}
