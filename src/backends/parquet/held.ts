import type { TablePlan } from '../../schema/plan.ts';
import type { ColumnFacts } from './column-facts.ts';
import type { Outcome } from './outcomes.ts';

/** What the files of a table hold that have their name, from before a run was taken over. */
export interface HeldTable {
  readonly plan: TablePlan;
  readonly rows: number;
  readonly files: number;
  /** Highest number of a part, of a table that is not split by episode. */
  readonly lastPart: number;
  /** The last commit whose rows they hold, by episode; under null where the table is not split. */
  readonly lastCommits: ReadonlyMap<number | null, number>;
  /** Of each column, the row id first: what `heldFacts` makes of the files' metadata. */
  readonly facts: readonly ColumnFacts[];
  /** How episodes ended, where this is their table. The first that is told of an episode comes first. */
  readonly outcomes: readonly Outcome[];
}
