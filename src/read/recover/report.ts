/** What was found of a table, in rows. */
export interface RecoveredTable {
  readonly name: string;
  /** In files that had their name before. */
  readonly inFiles: number;
  /** Only in the journal. */
  readonly fromJournal: number;
}

/** What a recovery came to. */
export interface RecoverReport {
  readonly path: string;
  readonly format: string;
  /** `nothing` to do; `recovered`; `recoverable`, which is what `dryRun` says instead. */
  readonly outcome: 'nothing' | 'recovered' | 'recoverable';
  readonly tables: readonly RecoveredTable[];
  /** Rows that may have been confirmed and cannot be read any more, in words; none as a rule, after a kill too. */
  readonly losses: readonly string[];
  /** What else there is to know. */
  readonly notes: readonly string[];
}

/** How a recording is recovered. */
export interface RecoverOptions {
  /** Only says what there is to be done. */
  readonly dryRun?: boolean;
  /** Also takes a recording whose process ran on another machine, of which nothing is known here. */
  readonly force?: boolean;
}
