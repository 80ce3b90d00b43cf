/** A row of the table that says what objects there are (`HDF5_OBJECTS`); what it leaves out is null. */
export interface OwnObjectRow {
  readonly object_id: number;
  readonly kind: 'group' | 'dataset' | 'attributes' | 'values';
  readonly path: string;
  readonly attributes?: string | null;
  readonly definition?: string | null;
  readonly dataset?: bigint | null;
  readonly element?: bigint | null;
  readonly data?: Uint8Array | null;
}

/** Groups, datasets and attributes of the user's own in an HDF5 recording. */
export interface OwnObjects {
  /** Paths of the groups and datasets. */
  readonly paths: readonly string[];
  /** Rows that make all of it anew, in their order. */
  rows(): Generator<OwnObjectRow, void>;
}
