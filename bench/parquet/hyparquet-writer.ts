import { type ColumnSource, parquetWriteFile } from 'hyparquet-writer';
import { codecFor } from '../../src/backends/codecs/codec-for.ts';
import { STATE } from '../state.ts';
import { type Columns, GROUP_ROWS, LABELS } from './columns.ts';
import { type FileWriter, timed } from './writer.ts';

let texts: string[] = [];

/** Plain JavaScript, with our codec. */
export const hyparquetWriter: FileWriter = {
  prepare({ codes }: Columns) {
    texts = Array.from(codes, (code) => LABELS[code]!);
  },
  async write(filename, { ids, steps, numbers }, { split, compression }) {
    const codec = await codecFor(compression);
    const columnData: ColumnSource[] = [
      { name: 'id', data: ids, type: 'INT64', encoding: 'DELTA_BINARY_PACKED', nullable: false },
      { name: 'step', data: steps, type: 'INT32', encoding: 'DELTA_BINARY_PACKED', nullable: false },
      ...STATE.map((name, i): ColumnSource => {
        const encoding = split ? 'BYTE_STREAM_SPLIT' : 'PLAIN';
        return { name, data: numbers[i]!, type: 'DOUBLE', encoding, nullable: false };
      }),
      { name: 'label', data: texts, type: 'STRING', nullable: false },
    ];
    return timed(() =>
      parquetWriteFile({
        filename,
        columnData,
        rowGroupSize: GROUP_ROWS,
        codec: codec === undefined ? 'UNCOMPRESSED' : 'ZSTD',
        ...(codec === undefined ? {} : { compressors: { ZSTD: codec.compress } }),
      }),
    );
  },
};
