import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { Random } from './random.ts';

const VALUES: readonly SQLInputValue[] = [
  null,
  0,
  -1,
  1.5,
  2n ** 62n,
  '',
  'f64',
  'utf8',
  'array',
  'enum',
  'ref',
  'bool',
  'u64',
  'json',
  'steps',
  'run_id',
  'id',
  'no_such_thing',
  '"; DROP TABLE runs; --',
  '{',
  '[]',
  'null',
  '{"labels":1,"element":"f64","length":1e9}',
  '{"name":"__proto__","kind":"f64"}',
  '{"element":"nonsense"}',
  '{"references":{"table":1}}',
  'x'.repeat(100_000),
  new Uint8Array(7),
];

const SCHEMA_TRICKS: readonly ((table: string) => string)[] = [
  (table) => `DROP TABLE "${table}"`,
  (table) =>
    `ALTER TABLE "${table}" RENAME TO "${table}_was"; CREATE VIEW "${table}" AS SELECT * FROM "${table}_was"`,
  (table) =>
    `ALTER TABLE "${table}" RENAME TO "${table}_was"; CREATE VIEW "${table}" AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n`,
  (table) => `CREATE TRIGGER t AFTER INSERT ON "${table}" BEGIN DELETE FROM runs; END`,
  (table) =>
    `ALTER TABLE "${table}" RENAME TO "${table}_was"; CREATE VIRTUAL TABLE "${table}" USING fts5(id, run_id)`,
  (table) => `DELETE FROM "${table}"`,
];

/** Changes something in a database, which stays one. */
export function damageCatalogue(file: string, random: Random): string {
  let database: DatabaseSync | null = null;
  const open = () => new DatabaseSync(file, { enableForeignKeyConstraints: false, defensive: false });
  try {
    database = open();
    const names = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .all()
      .map(({ name }) => String(name));
    const own = names.filter((name) => name.startsWith('simtape_') || name === 'runs');
    const table = random.pick(random.onceIn(3) ? names : own);
    if (random.onceIn(5)) {
      const sql = random.pick(SCHEMA_TRICKS)(table);
      database.exec(sql);
      return sql;
    }
    const columns = database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all();
    const column = String(random.pick(columns).name);
    const value = random.pick(VALUES);
    const sql = `UPDATE "${table}" SET "${column}" = ?`;
    const one = ` WHERE rowid = (SELECT rowid FROM "${table}" LIMIT 1 OFFSET ${random.below(20)})`;
    // Without what the table asks of its values.
    database.exec('PRAGMA ignore_check_constraints = ON; PRAGMA writable_schema = ON');
    database.exec(`UPDATE sqlite_schema SET sql = replace(sql, ' NOT NULL', '') WHERE name = '${table}'`);
    database.close();
    database = open();
    database.prepare(sql + (random.onceIn(3) ? '' : one)).run(value);
    return `${sql} to ${String(value).slice(0, 40)}`;
  } catch (error) {
    return `nothing: ${(error as Error).message}`;
  } finally {
    if (database?.isOpen) database.close();
  }
}
