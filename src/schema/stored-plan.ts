import * as z from 'zod';
import type { StoredColumn, TablePlan } from './plan.ts';
import { NUMBER_KINDS } from './types.ts';

/** As they are recorded, parts of vectors included: they become parts of paths. */
const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'takes letters, digits and _');

const column: z.ZodType<StoredColumn> = z
  .object({
    name,
    kind: z.enum([...NUMBER_KINDS, 'bool', 'utf8', 'json', 'bytes', 'timestamp', 'enum', 'array', 'ref']),
    nullable: z.boolean(),
    unit: z.string().exactOptional(),
    description: z.string().exactOptional(),
    clock: z.enum(['wall', 'simulation']).exactOptional(),
    labels: z.array(z.string()).min(1).max(65_536).exactOptional(),
    element: z.enum([...NUMBER_KINDS, 'bool']).exactOptional(),
    length: z
      .int()
      .min(1)
      .max(2 ** 24)
      .exactOptional(),
    references: z.object({ table: name, column: name }).exactOptional(),
    vector: z.object({ name, part: z.int().min(0).max(3) }).exactOptional(),
  })
  .refine(({ kind, labels }) => (kind === 'enum') === (labels !== undefined), 'labels are an enum’s')
  .refine(
    ({ kind, element, length }) =>
      (kind === 'array') === (element !== undefined) && (kind === 'array') === (length !== undefined),
    'element and length are an array’s',
  )
  .refine(({ kind, references }) => kind !== 'ref' || references !== undefined, 'a ref names its target');

/** A table's plan as recorded files hold it: outside input until it has passed here. */
export const storedPlan: z.ZodType<TablePlan> = z
  .object({
    name,
    id: name.nullable(),
    key: name.nullable(),
    static: z.boolean(),
    description: z.string().exactOptional(),
    columns: z.array(column).min(1),
  })
  .refine(
    ({ columns }) => new Set(columns.map((one) => one.name)).size === columns.length,
    'column names are different',
  );
