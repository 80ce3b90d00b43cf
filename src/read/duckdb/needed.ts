import type { DuckDBInstance } from '@duckdb/node-api';
import * as z from 'zod';
import type { QueryParameter } from '../../record/recorder.ts';
import type { DuckDB } from './load.ts';
import { bind } from './query.ts';
import { insertRuns } from './runs.ts';
import type { Needed, SqlRun } from './source.ts';
import { columnTypes, identifier } from './views.ts';

/** What is done to a plan beyond finding out which columns are not used; an empty table would not be read at all. */
const ONLY = 'unused_columns';
const SCAN = 'Sequential Scan';

/** The parts of a physical plan that say what is scanned. */
interface PlanNode {
  readonly extra_info?: {
    readonly Type?: string;
    readonly Table?: string;
    readonly Projections?: string | string[];
  };
  readonly children?: readonly PlanNode[];
}

const node: z.ZodType<PlanNode> = z.lazy(() =>
  z.object({
    extra_info: z
      .object({
        Type: z.string().optional(),
        Table: z.string().optional(),
        Projections: z.union([z.string(), z.array(z.string())]).optional(),
      })
      .optional(),
    children: z.array(node).optional(),
  }),
) as z.ZodType<PlanNode>;

/**
 * Says which columns statements read, by having DuckDB plan them over empty tables of the same columns: so stars, natural
 * joins and rows as structs are what they are to DuckDB.
 */
export class Planner {
  readonly #duckdb: DuckDB;
  readonly #instance: DuckDBInstance;

  private constructor(duckdb: DuckDB, instance: DuckDBInstance) {
    this.#duckdb = duckdb;
    this.#instance = instance;
  }

  static async create(duckdb: DuckDB, runs: readonly SqlRun[]): Promise<Planner> {
    const instance = await duckdb.DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      threads: '1',
    });
    const connection = await instance.connect();
    try {
      await insertRuns(connection, []);
      for (const [name, columns] of columnTypes(runs)) {
        const list = [...columns].map(([column, type]) => `${identifier(column)} ${type}`);
        await connection.run(`CREATE TABLE ${identifier(name)} (${list.join(', ')})`);
      }
      const optimizers = await (await connection.run('SELECT name FROM duckdb_optimizers()')).getRows();
      const off = optimizers.map(([name]) => String(name)).filter((name) => name !== ONLY);
      await connection.run(`SET GLOBAL disabled_optimizers = '${off.join(',')}'`);
      await connection.run('SET enable_external_access = false');
      await connection.run('SET lock_configuration = true');
    } finally {
      connection.closeSync();
    }
    return new Planner(duckdb, instance);
  }

  /** Null where it cannot be told: for what is no single SELECT, or what DuckDB refuses. */
  async needed(sql: string, parameters: readonly QueryParameter[]): Promise<Needed | null> {
    const connection = await this.#instance.connect();
    try {
      const statements = await connection.extractStatements(sql);
      if (statements.count !== 1) return null;
      const { statementType } = await statements.prepare(0);
      if (statementType !== this.#duckdb.StatementType.SELECT) return null;
      const explained = await connection.prepare(`EXPLAIN (FORMAT JSON) ${sql}`);
      bind(explained, parameters);
      const [row] = await (await explained.run()).getRows();
      const plan = z.union([node, z.array(node)]).parse(JSON.parse(String(row?.[1])));
      const needed = new Map<string, Set<string>>();
      for (const root of Array.isArray(plan) ? plan : [plan]) collect(root, needed);
      return needed;
    } catch {
      // What is wrong with the statement, DuckDB says when it is to be answered.
      return null;
    } finally {
      connection.closeSync();
    }
  }

  close(): void {
    this.#instance.closeSync();
  }
}

function collect({ extra_info: info, children = [] }: PlanNode, needed: Map<string, Set<string>>): void {
  if (info?.Type === SCAN) {
    // Words of SQL come in quotes.
    const [, table] = /^memory\.main\."?(\w+)"?$/.exec(info.Table?.toLowerCase() ?? '') ?? [];
    if (table === undefined) throw new Error(`an unknown table ${info.Table}`);
    const columns = needed.get(table) ?? new Set<string>();
    for (const column of [info.Projections ?? []].flat()) if (column !== '') columns.add(column);
    needed.set(table, columns);
  }
  for (const child of children) collect(child, needed);
}
