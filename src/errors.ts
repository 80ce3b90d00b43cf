/** The ways in which simtape can refuse or fail, each with the fields that its error carries. */
export interface ErrorFields {
  /** A schema that cannot be recorded: duplicate or reserved names, unknown references, cycles, no columns. */
  InvalidSchema: { table?: string; column?: string };
  /** The same table name was used with two different schemas, or the file holds it with another one. */
  SchemaMismatch: { table: string; column?: string };
  /** A value that its column cannot hold. The row was not taken. */
  InvalidValue: { table: string; column: string; value: unknown };
  /** A configuration that makes no sense. `origin` says where the value comes from, with file and line of a file. */
  InvalidConfig: { key: string; value: unknown; origin?: string; file?: string; line?: number };
  /** Columns handed to a file format that are no batch of its schema: row counts, types, nulls, codes. */
  InvalidBatch: { column: string; row?: number };
  /** A backend name or module that is not known or does not load. */
  BackendUnavailable: { backend: string };
  /** The place to record to cannot be used: a missing or read-only folder, a file that is no recording. */
  CannotOpen: { path: string };
  /** A file written by a newer simtape than this one. */
  NewerFormat: { path: string; found: number; supported: number };
  /** The buffers stayed full for longer than the policy waits. The row was not taken. */
  Backpressure: { table: string; waitedMs: number };
  /** The buffers are full and the policy is `error`. The row was not taken. */
  BufferFull: { table: string };
  /** One row that is larger than the whole memory limit. It was not taken. */
  RowTooLarge: { table: string; bytes: number; limit: number };
  /** A table gave out all ids that it was given. */
  IdsExhausted: { table: string };
  /** More tables or columns than a recording can have. */
  TooMany: { what: 'tables' | 'columns'; limit: number };
  /** Rows that were taken could not be written; `failed` counts them. */
  WriteFailed: { failed: number };
  /** Rows that the database refused; `rows` holds the first of them. */
  RowsRejected: { rejected: number; rows: readonly RejectedRow[] };
  /** The recorder was closed before. */
  RecorderClosed: Record<never, never>;
  /** The recorder was asked to stop from another thread; what was recorded is safe. */
  Interrupted: Record<never, never>;
  /** The writer thread ended or did not answer. */
  WriterGone: Record<never, never>;
  /** A file or folder that is no recording, or a damaged one. */
  NotARecording: { path: string };
  /** A reader was used after it was closed. */
  ReaderClosed: { path: string };
  /** A table, column or run that the recording does not hold. */
  NotFound: { name: string };
  /** An export or conversion that could not be finished; nothing of it is left, and what was there before is. */
  ExportFailed: { path: string };
  /** A query that failed. */
  QueryFailed: { sql: string };
}

/** A row that a backend refused, with its content and the reason. */
export interface RejectedRow {
  readonly table: string;
  readonly reason: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** What kind of error it is. */
export type ErrorTag = keyof ErrorFields;

/** Every error that simtape throws or reports on purpose. Narrow it with {@link isSimtapeError}. */
export class SimtapeError<Tag extends ErrorTag = ErrorTag> extends Error {
  override readonly name = 'SimtapeError';
  readonly tag: Tag;
  readonly fields: ErrorFields[Tag];

  constructor(tag: Tag, message: string, fields: ErrorFields[Tag], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.tag = tag;
    this.fields = fields;
  }
}

/** Whether `error` is a simtape error, and where `tag` is given, of that kind. */
export function isSimtapeError<Tag extends ErrorTag = ErrorTag>(
  error: unknown,
  tag?: Tag,
): error is SimtapeError<Tag> {
  return error instanceof SimtapeError && (tag === undefined || error.tag === tag);
}

/** A plain form of an error that survives `postMessage` with its tag, fields and system error code. */
export interface PlainError {
  readonly message: string;
  readonly tag?: ErrorTag;
  readonly fields?: unknown;
  readonly code?: string;
  readonly cause?: PlainError;
}

/** An error, and its causes, as data. */
export function toPlainError(error: unknown): PlainError {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = (error as { code?: unknown }).code;
  return {
    message: error.message,
    ...(error instanceof SimtapeError ? { tag: error.tag, fields: error.fields } : {}),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.cause === undefined ? {} : { cause: toPlainError(error.cause) }),
  };
}

/** The error that {@link toPlainError} made data of. */
export function fromPlainError(plain: PlainError): Error {
  const cause = plain.cause === undefined ? undefined : fromPlainError(plain.cause);
  if (plain.tag !== undefined) {
    return new SimtapeError(plain.tag, plain.message, plain.fields as ErrorFields[ErrorTag], cause);
  }
  const error = new Error(plain.message, cause === undefined ? undefined : { cause });
  return plain.code === undefined ? error : Object.assign(error, { code: plain.code });
}

/** A short, safe rendering of a value for a message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const name = Array.isArray(value) ? 'array' : value.constructor.name;
    return `${name} of ${'length' in value ? value.length : value.byteLength}`;
  }
  const { name } = value.constructor ?? Object;
  const keys = Object.keys(value);
  const shown =
    keys.length === 0 ? '{}' : `{ ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ', …' : ''} }`;
  return name === 'Object' ? shown : `${name} ${shown}`;
}
