import { crc32 } from 'node:zlib';
import { readPageHeader } from './page-header.ts';

/** Values of a page at the most: simtape's have 2^17 rows, or one row of an array. */
const MOST_VALUES = 2 ** 24;
/** Bytes of a page that is decompressed; it has 1 MiB, or one value. */
const MOST_BYTES = 2 ** 30;
/** More than that is not taken of a page that is compressed to a hundredth or less: it was made to use up memory. */
const MOST_INFLATED = 256 * 2 ** 20;
const INFLATION = 100;

/**
 * Goes through pages that stand one behind another.
 * @param values how many their column chunk has at most
 * @throws where a header, a count, a size or a checksum is wrong
 */
export function checkPagesOf(bytes: Uint8Array, values: number): void {
  let page = 0;
  let left = values;
  for (let at = 0; at < bytes.length; ) {
    page++;
    const header = readPageHeader(bytes, at);
    const { headerBytes, pageBytes, plainBytes, crc } = header;
    const body = bytes.subarray(at + headerBytes, at + headerBytes + pageBytes);
    if (body.length < pageBytes) throw new Error(`page ${page} reaches beyond its column`);
    if (crc !== null && crc !== crc32(body)) throw new Error(`page ${page} is not as it was written`);
    if (header.values > Math.min(MOST_VALUES, header.isDictionary ? values : left)) {
      throw new Error(`page ${page} has ${header.values} values, more than there can be`);
    }
    if (plainBytes > MOST_BYTES || (plainBytes > MOST_INFLATED && plainBytes > INFLATION * pageBytes)) {
      throw new Error(`page ${page} has ${pageBytes} bytes that are to become ${plainBytes}`);
    }
    if (!header.isDictionary) left -= header.values;
    at += headerBytes + pageBytes;
  }
}
