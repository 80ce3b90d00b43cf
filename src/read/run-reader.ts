import type { Provenance, RunInfo } from '../backends/backend.ts';
import type { TablePlan } from '../schema/plan.ts';
import type { SqlRun } from './duckdb/source.ts';
import { DuckdbReader } from './duckdb-reader.ts';
import type { Run, TableInfo, TableReader } from './reader.ts';
import { findTable } from './select.ts';

/** Reads a recording of one run: what formats have in common that keep columns. */
export abstract class RunReader extends DuckdbReader {
  protected readonly run: Run;
  readonly #plans: readonly TablePlan[];

  constructor(path: string, run: Run, plans: readonly TablePlan[], notes: readonly string[]) {
    super(path, notes);
    this.run = run;
    this.#plans = plans;
  }

  /** The run as SQL gets at it, for queries over several runs too. */
  abstract sqlRun(): SqlRun;

  /** How many rows a table has. */
  protected abstract rowsOf(plan: TablePlan): number;

  protected abstract openTable(info: TableInfo, plan: TablePlan): TableReader;

  runs(): readonly Run[] {
    this.refuseIfClosed();
    return [this.run];
  }

  tables(): readonly TableInfo[] {
    this.refuseIfClosed();
    return this.#plans.map((plan) => this.#info(plan));
  }

  protected tableNamed(name: string): TableReader {
    const plan = findTable(this.path, this.#plans, name);
    return this.openTable(this.#info(plan), plan);
  }

  protected sqlRuns(): readonly SqlRun[] {
    return [this.sqlRun()];
  }

  #info(plan: TablePlan): TableInfo {
    const { name, id, key, description, columns } = plan;
    const rows = this.rowsOf(plan);
    return {
      name,
      id,
      key,
      static: plan.static,
      run: 'run_id',
      description: description ?? null,
      columns,
      rows,
    };
  }
}

/** What a recording says of its run, and how far it came. */
export interface RunFacts {
  readonly run: Omit<RunInfo, 'metadata' | 'provenance'> & {
    readonly metadata: unknown;
    readonly provenance: { readonly [K in 'world' | 'seed']?: Provenance[K] | undefined };
  };
  /** Seconds since the Unix epoch; null where the run has not ended. */
  readonly endTimestamp: number | null;
  /** Whether its process lives. */
  readonly isLive: boolean;
  readonly plans: readonly TablePlan[];
  readonly rows: (plan: TablePlan) => number;
}

export function describeRun({ run, endTimestamp, isLive, plans, rows }: RunFacts): Run {
  const rowsOf = (name: string) => {
    const plan = plans.find((candidate) => candidate.name === name);
    return plan === undefined ? 0 : rows(plan);
  };
  const { world, seed } = run.provenance;
  return {
    runId: run.runId,
    startTimestamp: run.startTimestamp,
    endTimestamp,
    state: endTimestamp !== null ? 'ended' : isLive ? 'recording' : 'crashed',
    world: world ?? null,
    seed: seed === undefined ? null : String(seed),
    configuration: run.configuration ?? null,
    configurationHash: run.configurationHash,
    metadata: run.metadata,
    provenance: { ...run.provenance },
    episodes: rowsOf('episodes'),
    steps: rowsOf('steps'),
    frames: rowsOf('simulation_frame'),
  };
}
