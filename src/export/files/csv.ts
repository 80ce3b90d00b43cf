import type { TableBatch } from '../../read/reader.ts';
import { csvField, specialFor } from '../text/csv-field.ts';
import { csvTexts } from '../text/csv-texts.ts';
import type { FileContent, TableEncoder } from './encoder.ts';
import { inParts } from './text-parts.ts';

/** CSV (RFC 4180), lines ended by `\n` alone, as pandas writes it. */
export function csvEncoder({ columns, csv }: FileContent): TableEncoder {
  const { delimiter = ',', header = true, nulls = '' } = csv;
  const special = specialFor(delimiter);
  const head = header ? `${columns.map(({ name }) => csvField(name, special)).join(delimiter)}\n` : '';
  let begun = false;
  const lines = (batch: TableBatch, from: number, to: number): string => {
    const fields = columns.map(({ name }) => csvTexts(batch.columns[name]!, from, to, special, nulls));
    let text = begun ? '' : head;
    begun = true;
    for (let row = 0; row < to - from; row++) {
      text += fields[0]![row]!;
      for (let c = 1; c < fields.length; c++) text += delimiter + fields[c]![row]!;
      text += '\n';
    }
    return text;
  };
  return {
    write: (batch) => inParts(batch, lines),
    end: () => (begun ? [] : [Buffer.from(head)]),
  };
}
