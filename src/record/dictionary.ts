import type { TableRing } from '../buffer/ring.ts';
import { isSimtapeError, type SimtapeError } from '../errors.ts';
import type { InputColumn, TablePlan } from '../schema/plan.ts';
import { makeAppend } from './append.ts';
import type { Append, AppendColumn } from './append-plan.ts';
import { type Dictionary, type DictionaryRules, Fields, isExactNumber } from './fields.ts';
import type { Lane } from './lane.ts';

/** How often another thread may be faster in giving a table a column. */
const MAX_ATTEMPTS = 8;

interface Compiled {
  readonly keys: readonly string[];
  readonly mask: number;
  readonly columns: readonly AppendColumn[];
  append: Append | null;
}

/**
 * A table whose rows are dictionaries. The first of a shape (keys in order, and which extras come with it) compiles
 * an append; the same shape again infers nothing.
 */
export class DictionaryTable {
  readonly ring: TableRing;
  readonly #lane: Lane;
  readonly #rules: DictionaryRules;
  readonly #fields: Fields;
  #compiled: Compiled[] = [];
  #last: Compiled | null = null;

  constructor(lane: Lane, rules: DictionaryRules) {
    this.#lane = lane;
    this.#rules = rules;
    this.#fields = new Fields(rules);
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
      if (isSimtapeError(error, 'InvalidValue')) this.ring.counts.rejected++;
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
  explain(row: Dictionary, mask: number): string[] {
    return this.#problems(row, mask).map(({ message }) => message);
  }

  #problems(row: Dictionary, mask: number): SimtapeError<'InvalidValue'>[] {
    return this.#fields.problems(row, (key) => this.#isFixed(key, mask));
  }

  /** Whether a field repeats what the recorder adds. */
  #isFixed(key: string, mask: number): boolean {
    const bit = this.#rules.extras.findIndex(({ name }) => name === key);
    return bit >= 0 && this.#rules.extras[bit]!.fixed === true && (mask & (1 << bit)) !== 0;
  }

  #find(row: Dictionary, mask: number): Compiled {
    const known = this.#compiled.find((shape) => shape.mask === mask && hasKeys(row, shape.keys));
    if (known !== undefined) return known;
    const keys: string[] = [];
    for (const key in row) keys.push(key);
    this.#learnChecked(row, keys, mask);
    const compiled = { keys, mask, columns: this.#columns(keys, mask), append: null };
    // Dictionaries with ever new keys must not fill the memory with code.
    if (this.#compiled.length >= 256) this.#compiled = [];
    this.#compiled.push(compiled);
    return compiled;
  }

  #columns(keys: readonly string[], mask: number): AppendColumn[] {
    const { extras } = this.#rules;
    const columns: AppendColumn[] = keys.map((key) => ({
      input: this.#input(key, mask),
      source: { from: 'row', field: key },
    }));
    for (const [bit, { name, fixed, alone }] of extras.entries()) {
      if ((mask & (1 << bit)) === 0) continue;
      if (keys.includes(name) && alone) {
        throw this.#fields.invalid(name, undefined, 'is given twice, in the dictionary and beside it');
      }
      if (keys.includes(name) && !fixed) continue;
      this.#learn([[name, {}]]);
      columns.push({ input: this.#fields.input(name)!, source: { from: 'extra', field: name } });
    }
    const taken = new Map<number, string>();
    for (const { input } of columns) {
      for (const index of input.stored) {
        const other = taken.get(index);
        if (other !== undefined) {
          throw this.#fields.invalid(
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

  #input(key: string, mask: number): InputColumn {
    if (this.#isFixed(key, mask)) return { name: key, kind: 'same', nullable: false, stored: [] };
    return this.#fields.input(key) ?? { name: key, kind: 'null', nullable: true, stored: [] };
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
    if (column < 0) throw this.#fields.invalid('', row, 'is not a dictionary');
    const { input, source } = compiled.columns[column]!;
    const value = (source.from === 'row' ? row : extra)[source.field];
    if (input.kind === 'null') {
      this.#learnChecked(row, [source.field], mask);
      // Rows that were compiled before take only null in this field.
      this.#forgetShapes();
      return this.#append(row, extra, mask);
    }
    if (isExactNumber(input, value)) {
      return this.#append({ ...row, [source.field]: Number(value) }, extra, mask);
    }
    if (!input.nullable && (value === null || value === undefined) && source.from === 'row') {
      const { [source.field]: _, ...rest } = row;
      return this.#append(rest, extra, mask);
    }
    throw this.#fields.misfit(source.field, input, value);
  }

  /** Fixes the types of some fields of a row, if all of the row can be taken. */
  #learnChecked(row: Dictionary, keys: readonly string[], mask: number): void {
    for (let attempt = 0; ; attempt++) {
      if (keys.some((key) => this.#fields.input(key) === undefined)) this.#adopt();
      const [problem] = this.#problems(row, mask);
      if (problem !== undefined) throw problem;
      try {
        this.#learn(keys.map((key) => [key, row[key]]));
        return;
      } catch (error) {
        // Another thread was faster in giving the table a column of this name.
        if (attempt >= MAX_ATTEMPTS || !isSimtapeError(error, 'SchemaMismatch')) throw error;
      }
    }
  }

  /** Takes over what other threads have learned. */
  #adopt(): void {
    if (!this.#lane.hasOthers) return;
    const { columns } = this.#lane.link.ask({ type: 'columns', name: this.ring.plan.name });
    this.#fields.adopt(columns, (plan) => this.#change(plan));
  }

  /** Fixes the types of fields that are not known yet. */
  #learn(fields: readonly (readonly [key: string, value: unknown])[]): void {
    const unknown = fields.filter(([key]) => this.#fields.input(key) === undefined);
    if (unknown.length === 0) return;
    this.#fields.learn(unknown, (plan) => this.#change(plan));
  }

  #change(plan: TablePlan): void {
    this.#lane.changePlan(this.ring, plan);
    this.#forgetShapes();
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
