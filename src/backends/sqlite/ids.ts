import { hostname } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';
import type { IdRange } from '../../buffer/link.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { ALL_IDS } from '../backend.ts';
import { isRunning } from '../writer-process.ts';
import { quote } from './format.ts';

/** Ids that one process gets for a table; numbers stay exact up to 2^53, which is two million such ranges. */
const RANGE = 2 ** 32;

/**
 * Gives out ids so that two processes that record into one file never give out the same. A process that is alone
 * continues after the highest id; one that is not takes the next range. Called inside a write transaction.
 */
export class Ids {
  readonly #database: DatabaseSync;
  readonly #writer: number | bigint;

  constructor(database: DatabaseSync, runId: string) {
    this.#database = database;
    this.#forgetDead();
    this.#writer = database
      .prepare('INSERT INTO simtape_writers (run_id, host, process_id) VALUES (?, ?, ?)')
      .run(runId, hostname(), process.pid).lastInsertRowid;
  }

  reserve(plan: TablePlan): IdRange {
    if (plan.id === null) return ALL_IDS;
    const others = this.#database
      .prepare('SELECT count(*) AS others FROM simtape_writers WHERE writer_id <> ?')
      .get(this.#writer)!.others;
    const first = others === 0 ? this.#afterHighest(plan) : this.#nextRange(plan);
    this.#database
      .prepare('UPDATE simtape_tables SET next_id = ? WHERE table_name = ?')
      .run(first + RANGE, plan.name);
    return { first, last: first + RANGE - 1 };
  }

  release(): void {
    this.#database.prepare('DELETE FROM simtape_writers WHERE writer_id = ?').run(this.#writer);
  }

  #afterHighest({ name, id }: TablePlan): number {
    return (
      Number(this.#database.prepare(`SELECT max(${quote(id!)}) AS id FROM ${quote(name)}`).get()!.id ?? 0) + 1
    );
  }

  #nextRange({ name }: TablePlan): number {
    const row = this.#database.prepare('SELECT next_id FROM simtape_tables WHERE table_name = ?').get(name)!;
    return Number(row.next_id);
  }

  /** Forgets processes of this machine that are gone; of those of other machines nothing is known. */
  #forgetDead(): void {
    const writers = this.#database
      .prepare('SELECT writer_id, process_id FROM simtape_writers WHERE host = ?')
      .all(hostname());
    const forget = this.#database.prepare('DELETE FROM simtape_writers WHERE writer_id = ?');
    for (const { writer_id, process_id } of writers) {
      if (!isRunning(Number(process_id))) forget.run(writer_id as number);
    }
  }
}
