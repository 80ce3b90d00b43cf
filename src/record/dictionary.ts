import type { TableRing } from '../buffer/ring.ts';
import { isSimtapeError, SimtapeError, show } from '../errors.ts';
import type { InputColumn, StoredColumn, TablePlan } from '../schema/plan.ts';
import { makeAppend } from './append.ts';
import type { Append, AppendColumn } from './append-plan.ts';
import { columnsOf, type FieldType, inferType, inputOf, numericLength } from './infer.ts';
import type { Lane } from './lane.ts';
import { expectation } from './table.ts';

export type Dictionary = Readonly<Record<string, unknown>>;

/** How a table reads its dictionaries. */
export interface DictionaryRules {
  readonly plan: TablePlan;
  /** Values that the recorder adds; a field of the same name wins, or must say the same where `fixed`. */
  readonly extras: readonly { readonly name: string; readonly fixed?: boolean }[];
  /** What the standard format says of a field. */
  readonly standard: Readonly<Record<string, 'number' | 'boolean' | 'vector' | 'json'>>;
  /** Fields that are stored under another name. */
  readonly renamed: Readonly<Record<string, string>>;
  /** Names that no field may take. */
  readonly reserved: ReadonlySet<string>;
}

interface Field {
  readonly type: FieldType;
  readonly input: InputColumn;
}

interface Compiled {
  readonly keys: readonly string[];
  readonly mask: number;
  readonly columns: readonly AppendColumn[];
  append: Append | null;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/**
 * A table whose rows are dictionaries. The first of a shape (keys in order, and which extras come with it) compiles
 * an append; the same shape again infers nothing. A field's first value that is not null fixes its type: later
 * bigints go into a number column and safe integers into a bigint column where nothing is lost, anything goes into
 * a JSON column, everything else is an `InvalidValue`.
 */
export class DictionaryTable {
  readonly ring: TableRing;
  readonly #lane: Lane;
  readonly #rules: DictionaryRules;
  readonly #fields = new Map<string, Field>();
  #compiled: Compiled[] = [];
  #last: Compiled | null = null;

  constructor(lane: Lane, rules: DictionaryRules) {
    this.#lane = lane;
    this.#rules = rules;
    this.ring = lane.addRing(rules.plan);
  }

  /**
   * Takes one row. Bit k of `mask` says whether extra k is there.
   * @param likeLast whether `isLikeLast` said so, which saves looking again
   * @returns the row's id, or 0 where it was dropped.
   */
  append(row: Dictionary, extra: Dictionary, mask: number, likeLast = false): number {
    try {
      return this.#append(row, extra, mask, likeLast);
    } catch (error) {
      if (isSimtapeError(error, 'InvalidValue')) this.ring.rejected++;
      throw error;
    }
  }

  /** Whether a dictionary has the keys of the one before. */
  isLikeLast(row: Dictionary): boolean {
    return this.#last !== null && hasKeys(row, this.#last.keys);
  }

  #append(row: Dictionary, extra: Dictionary, mask: number, likeLast = false): number {
    let compiled = this.#last;
    if (compiled === null || compiled.mask !== mask || !(likeLast || hasKeys(row, compiled.keys))) {
      compiled = this.#find(row, mask);
      this.#last = compiled;
    }
    compiled.append ??= this.#generate(compiled);
    const id = compiled.append(row, extra);
    return id >= 0 ? id : this.#resolve(compiled, -id - 2, row, extra, mask);
  }

  /** Why a dictionary would be refused, one reason a field; nothing where it would be taken. */
  explain(row: Dictionary): string[] {
    const reasons: string[] = [];
    for (const [key, value] of Object.entries(row)) {
      try {
        const field = this.#fields.get(key) ?? this.#describe(key, value);
        if (field !== null) this.#checkValue(key, field.type, field.input, value);
      } catch (error) {
        reasons.push((error as Error).message);
      }
    }
    return reasons;
  }

  #find(row: Dictionary, mask: number): Compiled {
    const known = this.#compiled.find((shape) => shape.mask === mask && hasKeys(row, shape.keys));
    if (known !== undefined) return known;
    const keys: string[] = [];
    for (const key in row) keys.push(key);
    for (const key of keys) if (!this.#fields.has(key)) this.#learn(key, row[key]);
    const compiled = { keys, mask, columns: this.#columns(keys, mask), append: null };
    // Dictionaries with ever new keys must not fill the memory with code.
    if (this.#compiled.length >= 256) this.#compiled = [];
    this.#compiled.push(compiled);
    return compiled;
  }

  #columns(keys: readonly string[], mask: number): AppendColumn[] {
    const { extras } = this.#rules;
    const columns: AppendColumn[] = keys.map((key) => ({
      input: this.#input(key),
      source: { from: 'row', field: key },
    }));
    for (const [bit, { name, fixed }] of extras.entries()) {
      if ((mask & (1 << bit)) === 0 || (keys.includes(name) && !fixed)) continue;
      if (!this.#fields.has(name)) this.#learn(name, {});
      columns.push({ input: this.#fields.get(name)!.input, source: { from: 'extra', field: name } });
    }
    const taken = new Map<number, string>();
    for (const { input } of columns) {
      for (const index of input.stored) {
        const other = taken.get(index);
        if (other !== undefined) {
          throw this.#invalid(
            input.name,
            undefined,
            `is stored in the same column as ${other}: give one of them`,
          );
        }
        taken.set(index, input.name);
      }
    }
    return columns;
  }

  #input(key: string): InputColumn {
    const fixed = this.#rules.extras.find((extra) => extra.name === key)?.fixed;
    if (fixed) return { name: key, kind: 'same', nullable: false, stored: [] };
    return this.#fields.get(key)?.input ?? { name: key, kind: 'null', nullable: true, stored: [] };
  }

  #generate({ columns }: Compiled): Append {
    const filled = new Set(columns.flatMap(({ input }) => input.stored));
    return makeAppend({
      lane: this.#lane,
      ring: this.ring,
      columns,
      empty: this.ring.plan.columns.flatMap((_, index) => (filled.has(index) ? [] : [index])),
      fail: (column) => -column - 2,
    });
  }

  /** What to do with a value that its column does not take: learn, convert without loss, or refuse. */
  #resolve(compiled: Compiled, column: number, row: Dictionary, extra: Dictionary, mask: number): number {
    if (column < 0) throw this.#invalid('', row, 'is not a dictionary');
    const { input, source } = compiled.columns[column]!;
    const value = (source.from === 'row' ? row : extra)[source.field];
    if (input.kind === 'null') {
      this.#learn(source.field, value);
      this.#forgetShapes();
      return this.#append(row, extra, mask);
    }
    if (input.kind === 'f64' && typeof value === 'bigint' && BigInt(Number(value)) === value) {
      return this.#append({ ...row, [source.field]: Number(value) }, extra, mask);
    }
    if (!input.nullable && (value === null || value === undefined) && source.from === 'row') {
      const { [source.field]: _, ...rest } = row;
      return this.#append(rest, extra, mask);
    }
    throw this.#invalid(source.field, value, this.#history(source.field, input));
  }

  #history(key: string, input: InputColumn): string {
    const type = this.#fields.get(key)?.type;
    if (type?.kind === 'vector')
      return `does not fit: ${key} is a vector of ${type.size} numbers in this recording`;
    const fixed = this.ring.plan.columns.some(
      (column, i) => column.name === key && i < this.#rules.plan.columns.length,
    );
    const since = fixed
      ? ''
      : ', as the first value of this field decided; use another name for another type';
    return `does not fit: ${expectation(input)}${since}`;
  }

  /** Fixes the type of a field by a value, adding columns where it has none. */
  #learn(key: string, value: unknown): void {
    const described = this.#describe(key, value);
    if (described === null) return;
    const { plan } = this.ring;
    const fresh = described.columns.filter(
      (column) => !plan.columns.some(({ name }) => name === column.name),
    );
    if (fresh.length > 0) {
      this.#lane.changePlan(this.ring, { ...plan, columns: [...plan.columns, ...fresh] });
      this.#forgetShapes();
    }
    const stored = described.columns.map(({ name }) =>
      this.ring.plan.columns.findIndex((c) => c.name === name),
    );
    this.#fields.set(key, { type: described.type, input: { ...described.input, stored } });
  }

  /** What a field would be; null while all its values are null. Throws where it cannot be recorded. */
  #describe(key: string, value: unknown): (Field & { columns: StoredColumn[] }) | null {
    const { plan } = this.ring;
    const name = this.#storedName(key, value);
    const known = plan.columns.find((column) => column.name === name);
    if (known !== undefined) {
      const { kind, nullable } = known;
      return {
        type: { kind } as FieldType,
        columns: [known],
        input: {
          name: key,
          kind,
          // A time that is left out is filled in, so it is never null.
          nullable:
            nullable && !this.#rules.extras.some((extra) => extra.name === key && key === 'timestamp'),
          stored: [],
          ...(known.element === undefined ? {} : { element: known.element, length: known.length! }),
        },
      };
    }
    const type = this.#rules.standard[key] === 'json' ? { kind: 'json' as const } : inferType(value);
    if (type === null) return null;
    if (type === undefined) throw this.#invalid(key, value, 'cannot be recorded: leave it out');
    this.#checkStandard(key, type, value);
    const columns = columnsOf(name, type);
    for (const column of columns) {
      const lower = column.name.toLowerCase();
      const other = plan.columns.find((known) => known.name.toLowerCase() === lower);
      const clash = other !== undefined && (other.name !== column.name || other.kind !== column.kind);
      if (clash || this.#rules.reserved.has(lower)) {
        const why = clash ? `clashes with the column ${other.name} (${other.kind})` : 'is a reserved name';
        throw this.#invalid(key, value, `is stored as ${column.name}, which ${why}: rename it`);
      }
    }
    return { type, columns, input: inputOf(key, type, []) };
  }

  #storedName(key: string, value: unknown): string {
    if (!NAME.test(key)) {
      throw this.#invalid(
        key,
        value,
        'is not a column name: use 1 to 63 letters, digits and _, not starting with a digit',
      );
    }
    const renamed = this.#rules.renamed[key];
    // Observations that are arrays of numbers stay arrays; as JSON text an image would be ten times as large.
    return renamed === undefined || (key === 'observation' && numericLength(value)) ? key : renamed;
  }

  #checkStandard(key: string, type: FieldType, value: unknown): void {
    const expected = this.#rules.standard[key];
    const fits = {
      number: type.kind === 'f64' || type.kind === 'i64',
      boolean: type.kind === 'bool',
      vector: type.kind === 'vector',
      json: true,
    };
    if (expected !== undefined && !fits[expected]) {
      const wanted = expected === 'vector' ? 'a tuple of 2 to 4 numbers' : `a ${expected}`;
      throw this.#invalid(key, value, `does not fit: the standard format has ${wanted} here`);
    }
  }

  #checkValue(key: string, type: FieldType, input: InputColumn, value: unknown): void {
    if (value === null || value === undefined || type.kind === 'json') return;
    const found = inferType(value);
    const numeric = (kind: string | undefined) => kind === 'f64' || kind === 'i64';
    const fits =
      type.kind === 'vector' || type.kind === 'array'
        ? JSON.stringify(found) === JSON.stringify(type)
        : found?.kind === type.kind ||
          (numeric(found?.kind) && numeric(type.kind) && Number(value) === value);
    if (!fits) throw this.#invalid(key, value, this.#history(key, input));
  }

  #invalid(column: string, value: unknown, problem: string): SimtapeError<'InvalidValue'> {
    const table = this.#rules.plan.name;
    return new SimtapeError('InvalidValue', `${table}: ${column || 'row'} = ${show(value)} ${problem}`, {
      table,
      column,
      value,
    });
  }

  #forgetShapes(): void {
    this.#compiled = [];
    this.#last = null;
  }
}

function hasKeys(row: Dictionary, keys: readonly string[]): boolean {
  let i = 0;
  for (const key in row) if (key !== keys[i++]) return false;
  return i === keys.length;
}
