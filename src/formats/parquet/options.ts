import { SimtapeError } from '../../errors.ts';
import type { Codec } from './codec.ts';

/** Rows of a page at the most, where no other number is given. */
export const PAGE_ROWS: number = 2 ** 17;

export interface EncodingOptions {
  /** Compresses pages; without one they are stored as they are. */
  readonly codec?: Codec | undefined;
  /** Bytes of values in a data page before compression. */
  readonly pageBytes?: number;
  /** Rows in a data page. */
  readonly pageRows?: number;
  /** Bytes at which a dictionary is given up, and the column chunk stored as DELTA_LENGTH_BYTE_ARRAY. */
  readonly dictionaryBytes?: number;
  /** Smallest and largest values, of chunks and pages. Counts of nulls are always written. */
  readonly bounds?: boolean;
  /** CRC-32 (of gzip's polynomial) of bytes; where given, every page carries its own. */
  readonly crc32?: ((bytes: Uint8Array) => number) | undefined;
}

/** Options with nothing left open. */
export interface Settings {
  readonly codec: Codec | null;
  readonly pageBytes: number;
  readonly pageRows: number;
  readonly dictionaryBytes: number;
  readonly bounds: boolean;
  readonly crc32: ((bytes: Uint8Array) => number) | null;
}

/** Fills in what is left out, or throws `InvalidConfig`. */
export function settingsOf(options: EncodingOptions): Settings {
  const settings: Settings = {
    codec: options.codec ?? null,
    pageBytes: options.pageBytes ?? 2 ** 20,
    pageRows: options.pageRows ?? PAGE_ROWS,
    dictionaryBytes: options.dictionaryBytes ?? 2 ** 20,
    bounds: options.bounds ?? true,
    crc32: options.crc32 ?? null,
  };
  for (const key of ['pageBytes', 'pageRows', 'dictionaryBytes'] as const) {
    const value = settings[key];
    if (!Number.isInteger(value) || value < 1 || value > 2 ** 30) {
      throw new SimtapeError('InvalidConfig', `${key} is ${value}, but must be an integer from 1 to 2^30`, {
        key,
        value,
      });
    }
  }
  return settings;
}
