import { SimtapeError, show } from '../../errors.ts';
import type { Codec } from '../../formats/parquet/codec.ts';

/** Ways to compress that a user can choose. `lz4` is what Parquet calls LZ4_RAW. */
export type Compression = 'none' | 'snappy' | 'gzip' | 'brotli' | 'lz4' | 'zstd';

/** Lowest, highest and default levels. */
type Levels = readonly [lowest: number, highest: number, byDefault: number];

/** The default level is the fastest one: higher ones make trajectories hardly smaller. */
const LEVELS: Record<Compression, Levels | null> = {
  none: null,
  snappy: null,
  gzip: [1, 9, 1],
  brotli: [0, 11, 1],
  lz4: null,
  zstd: [1, 22, 1],
};

/** All ways to compress. */
export const COMPRESSIONS: readonly Compression[] = Object.keys(LEVELS) as Compression[];

/** Refuses, with `InvalidConfig`, a name that is not known and a level that the codec has not; loads nothing. */
export function checkCompression(name: string, level?: number): asserts name is Compression {
  if (!Object.hasOwn(LEVELS, name)) {
    throw new SimtapeError(
      'InvalidConfig',
      `compression is ${show(name)}, but can be ${COMPRESSIONS.join(', ')}`,
      { key: 'compression', value: name },
    );
  }
  if (level === undefined) return;
  const levels = LEVELS[name as Compression];
  if (levels !== null && Number.isInteger(level) && level >= levels[0] && level <= levels[1]) return;
  const why =
    levels === null ? 'has no levels: leave it out' : `takes an integer from ${levels[0]} to ${levels[1]}`;
  const key = 'compressionLevel';
  throw new SimtapeError('InvalidConfig', `${key} = ${show(level)}: ${name} ${why}`, { key, value: level });
}

/**
 * Loads a codec; `undefined` for `none`. Errors are those of {@link checkCompression}, and `InvalidConfig` where
 * there is no build of the codec for this machine.
 */
export async function codecFor(name: string, level?: number): Promise<Codec | undefined> {
  checkCompression(name, level);
  if (name === 'none') return undefined;
  try {
    if (name === 'snappy') return (await import('./snappy.ts')).codec;
    if (name === 'lz4') return (await import('./lz4.ts')).codec;
    const { zlibCodec } = await import('./zlib.ts');
    return zlibCodec(name, level ?? LEVELS[name]![2]);
  } catch (cause) {
    throw new SimtapeError(
      'InvalidConfig',
      `compression ${name} does not load on ${process.platform} ${process.arch}: choose zstd, gzip or brotli`,
      { key: 'compression', value: name },
      cause,
    );
  }
}
