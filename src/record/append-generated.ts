import { NO_ROOM } from '../buffer/arena.ts';
import type { Field, ViewName } from '../buffer/layout.ts';
import { REQUEST } from '../buffer/words.ts';
import type { InputColumn } from '../schema/plan.ts';
import { partsOf } from '../schema/table.ts';
import { appendHelpers, INTEGER_TESTS } from './append-helpers.ts';
import type { Append, AppendPlan, Source } from './append-plan.ts';

/**
 * Writes an `append` as straight-line code: for each column one check and one store at a constant offset. With 22
 * columns a loop over them takes eight times as long (docs/decisions.md).
 */
export function generateAppend(plan: AppendPlan): Append {
  const { lane, ring } = plan;
  const source = new AppendSource(plan);
  const body = source.text();
  const make = new Function('lane', 'ring', 'arena', 'signal', 'fail', 'checkKeys', 'codes', 'tools', body);
  const codes = plan.columns.map(({ input }) => new Map(input.labels?.map((label, code) => [label, code])));
  return make(lane, ring, ring.arena, lane.words, plan.fail, plan.checkKeys, codes, appendHelpers) as Append;
}

class AppendSource {
  readonly #plan: AppendPlan;
  readonly #views = new Set<ViewName | 'U8'>();
  #usesArena = false;

  constructor(plan: AppendPlan) {
    this.#plan = plan;
  }

  text(): string {
    const { columns, empty, checkKeys } = this.#plan;
    const stores = columns.map(({ input, source }, k) => this.#column(k, input, source));
    const nulls = empty.map((index) => this.#null(this.#field(index)));
    const views = [...this.#views].map((view) => `const ${view} = views.${view};`);
    return [
      "'use strict';",
      'return function append(row, extra) {',
      "if (typeof row !== 'object' || row === null) return fail(-1, row, row);",
      checkKeys === undefined ? '' : 'checkKeys(row);',
      'if (ring.row === ring.limit && !ring.ready(row)) return 0;',
      'const i = ring.row, views = ring.views;',
      ...views,
      this.#usesArena ? 'arena.position = arena.used; let n = 0;' : '',
      ...stores,
      ...nulls,
      this.#usesArena ? 'arena.used = arena.position;' : '',
      'ring.row = i + 1;',
      `if (signal[${REQUEST}] !== 0) lane.attend();`,
      'return ring.idBase + i;',
      '};',
    ].join('\n');
  }

  #column(k: number, input: InputColumn, source: Source): string {
    const v = `v${k}`;
    const read = `let ${v} = ${source.from}[${JSON.stringify(source.field)}];`;
    if (input.kind === 'same')
      return `${read} if (${v} !== ${this.#same(input)}) return fail(${k}, ${v}, row);`;
    if (input.kind === 'null')
      return `${read} if (${v} !== undefined && ${v} !== null) return fail(${k}, ${v}, row);`;
    const fields = input.stored.map((index) => this.#field(index));
    const fill = input.frame ? `if (${v} === undefined && lane.frameId !== 0) ${v} = lane.frameId;` : '';
    const store = this.#store(k, v, input, fields);
    const valid = fields.filter((field) => field.valid >= 0).map((field) => `U8[${field.valid} + i] = 1;`);
    if (valid.length > 0) this.#views.add('U8');
    if (!input.nullable) return [read, fill, ...valid, store].join(' ');
    return [
      `${read} ${fill}`,
      `if (${v} === undefined || ${v} === null) { ${fields.map((field) => this.#null(field)).join(' ')} }`,
      `else { ${valid.join(' ')} ${store} }`,
    ].join('\n');
  }

  #same(input: InputColumn): string {
    return `extra[${JSON.stringify(input.name)}]`;
  }

  #field(index: number): Field {
    const field = this.#plan.ring.layout.fields[index]!;
    this.#views.add(field.view);
    return field;
  }

  #at(field: Field): string {
    return field.width === 1 ? `${field.start} + i` : `${field.start} + i * ${field.width}`;
  }

  /** A null: not valid, and zero where the value would stand, so that recycled memory does not show through. */
  #null(field: Field): string {
    this.#views.add('U8');
    const zero = field.view === 'I64' || field.view === 'U64' ? '0n' : '0';
    const end = field.width === 1 ? '' : `, ${field.start} + (i + 1) * ${field.width}`;
    const clear =
      field.width === 1
        ? `${field.view}[${this.#at(field)}] = ${zero};`
        : `${field.view}.fill(${zero}, ${this.#at(field)}${end});`;
    return `U8[${field.valid} + i] = 0; ${clear}`;
  }

  #store(k: number, v: string, input: InputColumn, fields: readonly Field[]): string {
    const fail = `return fail(${k}, ${v}, row);`;
    const field = fields[0]!;
    const at = this.#at(field);
    const parts = partsOf(input.kind);
    if (parts !== null) return this.#vector(k, v, parts, fields, input.exact === true);
    switch (input.kind) {
      case 'f64':
      case 'f32':
        return `if (typeof ${v} !== 'number') ${fail} ${field.view}[${at}] = ${v};`;
      case 'bool':
        return `if (${v} !== true && ${v} !== false) ${fail} U8[${at}] = ${v} ? 1 : 0;`;
      case 'i64':
      case 'u64':
      case 'timestamp':
        return this.#wide(k, v, input.kind, field);
      case 'enum':
        return `${v} = codes[${k}].get(${v}); if (${v} === undefined) return fail(${k}, ${this.#again(k)}, row); ${field.view}[${at}] = ${v};`;
      case 'utf8':
      case 'json':
      case 'bytes':
        return this.#arena(k, v, input.kind, at);
      case 'array':
        return this.#array(k, v, input, field);
      case 'ref':
        return this.#reference(k, v, input, at);
      default:
        return `if (typeof ${v} !== 'number' || ${INTEGER_TESTS[input.kind as 'i8'](v)}) ${fail} ${field.view}[${at}] = ${v};`;
    }
  }

  /** The value again, for a message, where its variable has been overwritten. */
  #again(k: number): string {
    const { from, field } = this.#plan.columns[k]!.source;
    return `${from}[${JSON.stringify(field)}]`;
  }

  /**
   * Each form is checked and stored in a branch of its own: one set of variables for both would hold numbers and
   * undefined, and the engine would box every number (measured: 90 ns for three vectors of two).
   */
  #vector(k: number, v: string, parts: readonly string[], fields: readonly Field[], exact: boolean): string {
    const fail = `return fail(${k}, ${v}, row);`;
    const alone = exact ? `if (Object.keys(${v}).length !== ${parts.length}) ${fail}` : '';
    const beyond = parts.length < 4 ? ` && ${v}.${'xyzw'[parts.length]} === undefined` : '';
    const branch = (reads: readonly string[]) => {
      const names = parts.map((part) => `${v}${part}`);
      return [
        `const ${names.map((name, j) => `${name} = ${reads[j]}`).join(', ')};`,
        `if (${names.map((name) => `typeof ${name} !== 'number'`).join(' || ')}) ${fail}`,
        ...names.map((name, j) => `F64[${this.#at(fields[j]!)}] = ${name};`),
      ].join(' ');
    };
    return [
      `if (${v} === undefined || ${v} === null) ${fail}`,
      `if (${v}.x !== undefined${beyond}) { ${alone} ${branch(parts.map((part) => `${v}.${part}`))} }`,
      `else if (${v}.length === ${parts.length}) { ${branch(parts.map((_, j) => `${v}[${j}]`))} }`,
      `else ${fail}`,
    ].join('\n');
  }

  /** 64-bit integers: bigints by the bigint view, safe integers as two halves, which makes no bigint. */
  #wide(k: number, v: string, kind: 'i64' | 'u64' | 'timestamp', field: Field): string {
    const fail = `return fail(${k}, ${v}, row);`;
    this.#views.add('I32');
    const view = field.view;
    const fits = kind === 'u64' ? 'asUintN' : 'asIntN';
    const date = `if (typeof ${v} === 'object') { ${v} = tools.nanoseconds(${v}); if (${v} === undefined) return fail(${k}, ${this.#again(k)}, row); }`;
    const low = `2 * (${this.#at(field)})`;
    const number =
      kind === 'timestamp'
        ? fail
        : `if (!Number.isSafeInteger(${v})${kind === 'u64' ? ` || ${v} < 0` : ''}) ${fail}
           I32[${low}] = ${v} | 0; I32[${low} + 1] = Math.floor(${v} / 4294967296);`;
    return [
      kind === 'timestamp' ? date : '',
      `if (typeof ${v} === 'bigint') { if (BigInt.${fits}(64, ${v}) !== ${v}) return fail(${k}, ${this.#again(k)}, row); ${view}[${this.#at(field)}] = ${v}; }`,
      `else { ${number} }`,
    ].join('\n');
  }

  #arena(k: number, v: string, kind: 'utf8' | 'json' | 'bytes', at: string): string {
    this.#usesArena = true;
    const check = {
      utf8: `if (typeof ${v} !== 'string') return fail(${k}, ${v}, row);`,
      json: `if (${v} === undefined) return fail(${k}, ${v}, row);`,
      bytes: `if (!(${v} instanceof Uint8Array)) return fail(${k}, ${v}, row);`,
    }[kind];
    const method = { utf8: 'text', json: 'json', bytes: 'raw' }[kind];
    return [
      check,
      `U32[${at}] = arena.position;`,
      `n = arena.${method}(${v});`,
      `if (n < 0) { if (n !== ${NO_ROOM}) return fail(${k}, ${v}, row); return ring.roll() ? append(row, extra) : 0; }`,
      `U32[${at} + 1] = n;`,
    ].join('\n');
  }

  #array(k: number, v: string, input: InputColumn, field: Field): string {
    const store = `tools.storeArray(${field.view}, ${this.#at(field)}, ${v}, ${field.width}, '${input.element}', ${input.exact === true})`;
    return `if (!${store}) return fail(${k}, ${v}, row);`;
  }

  #reference(k: number, v: string, input: InputColumn, at: string): string {
    const { lane } = this.#plan;
    const target = lane.rings.findIndex((ring) => ring.plan.name === input.target);
    return [
      // 0 is what append returns for a row that the overflow policy dropped: rows that refer to it go with it.
      `if (${v} === 0 && lane.lossy) { ring.counts.dropped++; return 0; }`,
      `if (typeof ${v} !== 'number' || !(${v} > 0) || !Number.isSafeInteger(${v})) return fail(${k}, ${v}, row);`,
      `if (lane.lossy && lane.wasDropped(${target}, ${v})) { ring.counts.dropped++; return 0; }`,
      `F64[${at}] = ${v};`,
    ].join('\n');
  }
}
