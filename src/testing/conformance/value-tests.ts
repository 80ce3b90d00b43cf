import { type Column, defineTable, type Recorder, type RowOf, type TableSchema } from '../../index.ts';
import { expectRows } from './expect.ts';
import { KINDS, type Kind, plainKinds } from './kinds.ts';
import { record } from './record.ts';
import type { Rows, TestedBackend, TestRunner } from './subject.ts';

/** What values come back as. */
export function valueTests(tested: TestedBackend, { test }: TestRunner): void {
  const { exact } = tested.can;
  const name = exact ? 'every kind of value comes back to the bit' : 'numbers, text and booleans come back';
  test(name, async () => {
    const path = tested.freshPath();
    const kinds = exact ? KINDS : plainKinds();
    const tables = kinds.map((kind) => ({ kind, schema: tableOf(kind) }));
    await record(tested, { path }, (recorder) => {
      for (const { kind, schema } of tables) {
        for (const value of kind.values) append(recorder, schema, { v: value, n: null });
        for (const value of kind.values) append(recorder, schema, { v: value, n: value });
      }
    });
    const found = await tested.read(path, 'run');
    for (const { kind, schema } of tables) {
      const wanted = [
        ...kind.values.map((value) => ({ ...stored(kind, 'v', value), ...nothing(kind, 'n') })),
        ...kind.values.map((value) => ({ ...stored(kind, 'v', value), ...stored(kind, 'n', value) })),
      ];
      expectRows(found[schema.name], wanted, schema.name);
    }
  });

  test('columns that come later are null before', async () => {
    const path = tested.freshPath();
    await record(tested, { path }, async (recorder) => {
      recorder.recordStep({ reward: 1 }, 0, 1);
      await recorder.flush();
      recorder.recordStep({ reward: 2, wind: [1, 2], note: 'gust' }, 1, 1);
      await recorder.flush();
      recorder.recordStep({ note: 'calm', extra: 1 }, 2, 1);
    });
    const { steps } = await tested.read(path, 'run');
    const wanted: Rows = [
      { episode_id: 1n, step_number: 0n, reward: 1, wind_x: null, wind_y: null, note: null, extra: null },
      { episode_id: 1n, step_number: 1n, reward: 2, wind_x: 1, wind_y: 2, note: 'gust', extra: null },
      { episode_id: 1n, step_number: 2n, reward: null, wind_x: null, wind_y: null, note: 'calm', extra: 1 },
    ];
    expectRows(steps, wanted, 'steps');
  });
}

type Loose = TableSchema<Record<string, Column>>;

function tableOf({ name, column }: Kind): Loose {
  const columns = { v: column({}), n: column({ nullable: true }) };
  return defineTable(`kind_${name.replaceAll(' ', '_')}`, columns) as Loose;
}

function append(recorder: Recorder, schema: Loose, row: Record<string, unknown>): void {
  recorder.table(schema).append(row as RowOf<Loose>);
}

/** The flat columns of a value. */
function stored({ stored: split }: Kind, name: string, value: unknown): Record<string, unknown> {
  const parts = split?.(value as never) ?? { '': value };
  return Object.fromEntries(Object.entries(parts).map(([part, one]) => [`${name}${part}`, one]));
}

function nothing(kind: Kind, name: string): Record<string, null> {
  const columns = Object.keys(stored(kind, name, kind.values[0]));
  return Object.fromEntries(columns.map((column) => [column, null]));
}
