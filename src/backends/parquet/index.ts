import type { BackendConfig } from '../backend.ts';
import { codecFor } from '../codecs/codec-for.ts';
import { ParquetBackend } from './backend.ts';
import type { ParquetOptions } from './options.ts';

export default async function parquet(config: BackendConfig): Promise<ParquetBackend> {
  const options = config.options as unknown as ParquetOptions;
  const codec = await codecFor(options.compression, options.compressionLevel);
  return new ParquetBackend(config, options, codec);
}
