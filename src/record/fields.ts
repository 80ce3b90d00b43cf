import { isSimtapeError, SimtapeError, show } from '../errors.ts';
import type { InputColumn, StoredColumn, TablePlan } from '../schema/plan.ts';
import { columnsOf, type FieldType, inferType, inputOf, numericLength } from './infer.ts';
import { expectation } from './table.ts';
import { takes } from './takes.ts';

/** What a step or an episode gives: values by name. */
export type Dictionary = Readonly<Record<string, unknown>>;

/** A value that the recorder adds to a dictionary. */
export interface Extra {
  readonly name: string;
  /** A field of the same name must say the same. */
  readonly fixed?: boolean;
  /** There must be no field of the same name; otherwise the field wins. */
  readonly alone?: boolean;
}

/** How a table reads its dictionaries. */
export interface DictionaryRules {
  readonly plan: TablePlan;
  readonly extras: readonly Extra[];
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

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/**
 * What is known of the fields of a table's dictionaries. A field's first value that is not null fixes its type: later
 * bigints go into a number column and safe integers into a bigint column where nothing is lost, anything goes into a
 * JSON column, everything else is an `InvalidValue`.
 */
export class Fields {
  readonly #rules: DictionaryRules;
  readonly #known = new Map<string, Field>();
  #plan: TablePlan;

  constructor(rules: DictionaryRules) {
    this.#rules = rules;
    this.#plan = rules.plan;
  }

  /** How a field reaches its columns, or undefined while its values have all been null. */
  input(key: string): InputColumn | undefined {
    return this.#known.get(key)?.input;
  }

  /**
   * Fixes the types of fields by their values, as far as those say anything. All at once: each change of a table is a
   * transaction of its own.
   * @param addColumns is called with the table's new plan where the fields need further columns
   */
  learn(
    fields: readonly (readonly [key: string, value: unknown])[],
    addColumns: (plan: TablePlan) => void,
  ): void {
    const before = this.#plan;
    const learned = new Map<string, Field>();
    try {
      for (const [key, value] of fields) {
        const described = this.#describe(key, value);
        if (described === null) continue;
        const names = new Set(this.#plan.columns.map(({ name }) => name));
        const fresh = described.columns.filter(({ name }) => !names.has(name));
        if (fresh.length > 0) this.#plan = { ...this.#plan, columns: [...this.#plan.columns, ...fresh] };
        const index = (wanted: string) => this.#plan.columns.findIndex(({ name }) => name === wanted);
        const stored = described.columns.map(({ name }) => index(name));
        learned.set(key, { type: described.type, input: { ...described.input, stored } });
      }
      if (this.#plan !== before) addColumns(this.#plan);
    } catch (error) {
      this.#plan = before;
      throw error;
    }
    for (const [key, field] of learned) this.#known.set(key, field);
  }

  /** Takes over columns that other threads gave the table, so that this one agrees with their types. */
  adopt(columns: readonly StoredColumn[], addColumns: (plan: TablePlan) => void): void {
    const names = new Set(this.#plan.columns.map(({ name }) => name));
    const fresh = columns.filter(({ name }) => !names.has(name));
    if (fresh.length === 0) return;
    const plan = { ...this.#plan, columns: [...this.#plan.columns, ...fresh] };
    addColumns(plan);
    this.#plan = plan;
  }

  /**
   * Why a dictionary would be refused; nothing where it would be taken. Says so before anything is learned from it, so
   * that a refused dictionary decides no types and adds no columns.
   *
   * @param isFixed whether the recorder knows the value of a field already, and compares it
   */
  problems(row: Dictionary, isFixed: (key: string) => boolean): SimtapeError<'InvalidValue'>[] {
    const problems: SimtapeError<'InvalidValue'>[] = [];
    const taken = new Map<string, string>();
    for (const key in row) {
      if (isFixed(key)) continue;
      try {
        this.#check(key, row[key], taken);
      } catch (error) {
        if (!isSimtapeError(error, 'InvalidValue')) throw error;
        problems.push(error);
      }
    }
    return problems;
  }

  #check(key: string, value: unknown, taken: Map<string, string>): void {
    const field = this.#known.get(key);
    const described = field ?? this.#describe(key, value);
    if (described === null) return;
    const names =
      'columns' in described
        ? (described.columns as StoredColumn[]).map(({ name }) => name)
        : described.input.stored.map((index) => this.#plan.columns[index]!.name);
    for (const name of names) {
      const other = taken.get(name.toLowerCase());
      if (other !== undefined) {
        throw this.invalid(key, value, `is stored in the same column as ${other}: give one of them`);
      }
      taken.set(name.toLowerCase(), key);
    }
    if (value === null || value === undefined || takes(described.input, value)) return;
    if (!isExactNumber(described.input, value)) throw this.misfit(key, described.input, value);
  }

  /** The error for a value that its column does not take. */
  misfit(key: string, input: InputColumn, value: unknown): SimtapeError<'InvalidValue'> {
    return this.invalid(key, value, this.#history(key, input));
  }

  invalid(column: string, value: unknown, problem: string): SimtapeError<'InvalidValue'> {
    const table = this.#rules.plan.name;
    return new SimtapeError('InvalidValue', `${table}: ${column || 'row'} = ${show(value)} ${problem}`, {
      table,
      column,
      value,
    });
  }

  #history(key: string, input: InputColumn): string {
    const type = this.#known.get(key)?.type;
    if (type?.kind === 'vector')
      return `does not fit: ${key} is a vector of ${type.size} numbers in this recording`;
    const fixed = this.#plan.columns.some(
      (column, i) => column.name === key && i < this.#rules.plan.columns.length,
    );
    const since = fixed
      ? ''
      : ', as the first value of this field decided; use another name for another type';
    return `does not fit: ${expectation(input)}${since}`;
  }

  /** What a field would be; null while all its values are null. Throws where it cannot be recorded. */
  #describe(key: string, value: unknown): (Field & { columns: StoredColumn[] }) | null {
    const plan = this.#plan;
    // Whether observations are numbers or JSON shows with the first one.
    if (key === 'observation' && (value === null || value === undefined)) return null;
    const name = this.#storedName(key, value);
    // A vector that another thread has learned: of more parts than the standard plan begins with.
    const partsIn = ({ columns }: TablePlan) => columns.filter(({ vector }) => vector?.name === name);
    const parts = partsIn(plan);
    if (parts.length > partsIn(this.#rules.plan).length) {
      const type: FieldType = { kind: 'vector', size: parts.length };
      return { type, columns: parts, input: inputOf(key, type, []) };
    }
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
    if (type === undefined) throw this.invalid(key, value, 'cannot be recorded: leave it out');
    this.#checkStandard(key, type, value);
    const columns = columnsOf(name, type);
    for (const column of columns) {
      const lower = column.name.toLowerCase();
      const other = plan.columns.find((known) => known.name.toLowerCase() === lower);
      const clash = other !== undefined && (other.name !== column.name || other.kind !== column.kind);
      if (clash || this.#rules.reserved.has(lower)) {
        const why = clash ? `clashes with the column ${other.name} (${other.kind})` : 'is a reserved name';
        throw this.invalid(key, value, `is stored as ${column.name}, which ${why}: rename it`);
      }
    }
    return { type, columns, input: inputOf(key, type, []) };
  }

  #storedName(key: string, value: unknown): string {
    if (key in Object.prototype) throw this.invalid(key, value, 'is a reserved name: rename it');
    if (!NAME.test(key)) {
      throw this.invalid(
        key,
        value,
        'is not a column name: use 1 to 63 letters, digits and _, not starting with a digit',
      );
    }
    const renamed = Object.hasOwn(this.#rules.renamed, key) ? this.#rules.renamed[key] : undefined;
    // Observations that are arrays of numbers stay arrays; as JSON text an image would be ten times as large.
    return renamed === undefined || (key === 'observation' && numericLength(value)) ? key : renamed;
  }

  #checkStandard(key: string, type: FieldType, value: unknown): void {
    const expected = Object.hasOwn(this.#rules.standard, key) ? this.#rules.standard[key] : undefined;
    const fits = {
      number: type.kind === 'f64' || type.kind === 'i64',
      boolean: type.kind === 'bool',
      vector: type.kind === 'vector',
      json: true,
    };
    if (expected !== undefined && !fits[expected]) {
      const wanted = expected === 'vector' ? 'a tuple of 2 to 4 numbers' : `a ${expected}`;
      throw this.invalid(key, value, `does not fit: the standard format has ${wanted} here`);
    }
  }
}

/** Whether a bigint goes into a number column with nothing lost. */
export function isExactNumber(input: InputColumn, value: unknown): boolean {
  if (input.kind !== 'f64' || typeof value !== 'bigint') return false;
  return Number.isFinite(Number(value)) && BigInt(Number(value)) === value;
}
