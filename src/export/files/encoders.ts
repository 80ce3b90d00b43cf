import type { Compression, TableFormat } from '../formats.ts';
import { csvEncoder } from './csv.ts';
import type { EncoderFactory } from './encoder.ts';
import { jsonEncoder, ndjsonEncoder } from './json.ts';

/** Loads what makes files of a format. */
export async function encodersFor(format: TableFormat, compression: Compression): Promise<EncoderFactory> {
  switch (format) {
    case 'parquet':
      return await (await import('./parquet.ts')).parquetEncoders(compression);
    case 'arrow':
      return await (await import('./arrow.ts')).arrowEncoders(compression);
    case 'csv':
      return csvEncoder;
    case 'json':
      return jsonEncoder;
    case 'ndjson':
      return ndjsonEncoder;
  }
}
