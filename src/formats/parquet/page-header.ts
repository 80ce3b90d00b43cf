import { ENCODING, type EncodingName, PAGE } from './codes.ts';
import { ThriftWriter } from './thrift.ts';

/** What stands in front of a page's body. */
interface PageSizes {
  readonly uncompressed: number;
  readonly compressed: number;
  /** CRC-32 of the stored body, where one is asked for. */
  readonly crc: number | null;
}

function common(type: keyof typeof PAGE, sizes: PageSizes): ThriftWriter {
  const out = new ThriftWriter();
  out.i32(1, PAGE[type]);
  out.i32(2, sizes.uncompressed);
  out.i32(3, sizes.compressed);
  if (sizes.crc !== null) out.i32(4, sizes.crc | 0);
  return out;
}

/**
 * The header of a data page. Version 1, whose levels are compressed with the values: every reader has it, while
 * version 2 is read by fewer. Source: `parquet.thrift`, `PageHeader`, `DataPageHeader`.
 */
export function dataPageHeader(sizes: PageSizes, slots: number, encoding: EncodingName): Uint8Array {
  const out = common('DATA_PAGE', sizes);
  out.struct(5, () => {
    out.i32(1, slots);
    out.i32(2, ENCODING[encoding]);
    out.i32(3, ENCODING.RLE);
    out.i32(4, ENCODING.RLE);
  });
  return out.finish();
}

/** The header of a dictionary page. Source: `parquet.thrift`, `DictionaryPageHeader`. */
export function dictionaryPageHeader(sizes: PageSizes, entries: number): Uint8Array {
  const out = common('DICTIONARY_PAGE', sizes);
  out.struct(7, () => {
    out.i32(1, entries);
    out.i32(2, ENCODING.PLAIN);
  });
  return out.finish();
}
