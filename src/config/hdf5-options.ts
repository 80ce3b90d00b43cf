import * as z from 'zod';
import { DEFAULT_FILE_PATH, filePathProblem, type Hdf5Options } from '../backends/hdf5/options.ts';

const NO_SZIP =
  'takes gzip, lzf or none. szip is not written, because many readers are built without it: gzip with shuffle ' +
  'compresses numbers as well, lzf with shuffle is faster';

const hdf5Options = z.strictObject({
  compression: z.enum(['gzip', 'lzf', 'none'], { error: NO_SZIP }).default('gzip'),
  compressionOpts: z
    .int('takes an integer from 1 to 9')
    .min(1, 'takes an integer from 1 to 9')
    .max(9, 'takes an integer from 1 to 9')
    .default(1),
  chunkSize: z
    .int()
    .min(1)
    .max(2 ** 24)
    .default(4096),
  trackOrder: z.boolean().default(true),
  createIntermediateGroups: z.boolean().default(true),
  shuffle: z.boolean().default(true),
  fletcher32: z.boolean().default(true),
  filePath: z
    .string()
    .superRefine((text, context) => {
      const problem = filePathProblem(text);
      if (problem !== null) context.addIssue(problem);
    })
    .default(DEFAULT_FILE_PATH),
  journalBytes: z
    .int()
    .min(64 * 1024)
    .default(256 * 2 ** 20),
}) satisfies z.ZodType<Hdf5Options>;

/** The `hdf5` group of a configuration. */
export const hdf5Group: z.ZodType<Hdf5Options> = hdf5Options;

/** The names of its options. */
export function hdf5Keys(): string[] {
  return Object.keys(hdf5Options.shape);
}
