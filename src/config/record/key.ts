import * as z from 'zod';

/** A key of the recording configuration, and the option of the recorder that it sets. */
export interface RecordKey {
  /** Its place below `record`: `performance.buffer.max_records`. */
  readonly key: string;
  /** What it takes. The message says it in words. */
  readonly takes: z.ZodType;
  /** The option of `RecorderConfig`, such as `parquet.compression`; null for a key that only switches others. */
  readonly option: string | null;
  /** From the key's unit to that of the option, and back. */
  readonly unit?: { readonly to: (value: number) => number; readonly from: (value: number) => number };
  /** A key that must be true, where it is given, for this one to matter. */
  readonly onlyIf?: string;
  /** What it is where nobody gives it: of a key without an option, and of one whose option has another default. */
  readonly byDefault?: unknown;
  /** Whether null is taken for "the default". */
  readonly nullable?: boolean;
}

export const text: z.ZodType<string> = z
  .string({ error: 'takes a text' })
  .min(1, 'takes a text that is not empty');
export const flag: z.ZodType<boolean> = z.boolean({ error: 'takes true or false' });

export function wholeNumber(least: number, most?: number): z.ZodType<number> {
  const error = `takes a whole number ${most === undefined ? `from ${least} on` : `from ${least} to ${most}`}`;
  return z
    .int({ error })
    .min(least, error)
    .max(most ?? Number.MAX_SAFE_INTEGER, error);
}

/** A number above 0. */
export function amount(of: string, most: number = Number.MAX_VALUE): z.ZodType<number> {
  const error = `takes a number of ${of} above 0${most === Number.MAX_VALUE ? '' : `, ${most} at the most`}`;
  return z.number({ error }).positive(error).max(most, error);
}

export function oneOf<const T extends string>(...names: T[]): z.ZodType<T> {
  return z.enum(names, { error: `takes ${names.join(', ')}` });
}

/** The configuration has seconds, the recorder milliseconds. */
export const SECONDS: NonNullable<RecordKey['unit']> = {
  to: (seconds) => seconds * 1000,
  from: (milliseconds) => milliseconds / 1000,
};
